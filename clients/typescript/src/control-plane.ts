// Written by scripts/generate.js from GET /_fakemanila/control.json. Don't edit it.

export interface paths {
    "/_fakemanila/checkpoints": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was saved of the world */
        get: operations["checkpoints.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/_fakemanila/checkpoints/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Save the world, replacing a checkpoint of that name */
        post: operations["checkpoints.save"];
        /** Forget what was saved */
        delete: operations["checkpoints.drop"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/_fakemanila/checkpoints/{name}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Restore the world from a checkpoint */
        post: operations["checkpoints.restore"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/_fakemanila/clock": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The world's time */
        get: operations["clock.show"];
        /** Set the time, or how it runs */
        put: operations["clock.set"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/_fakemanila/clock/advance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Advance the time and run what comes due */
        post: operations["clock.advance"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/_fakemanila/conduct": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Bad habits of clients */
        get: operations["conduct.show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/_fakemanila/control.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This description */
        get: operations["control.show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/_fakemanila/delays": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How long operations take */
        get: operations["delays.show"];
        /** Say anew how long operations take */
        put: operations["delays.replace"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change some delays; null removes one */
        patch: operations["delays.update"];
        trace?: never;
    };
    "/_fakemanila/diff": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What differs between checkpoints and worlds */
        get: operations["diff.show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/_fakemanila/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Events, as they happen */
        get: operations["events.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/_fakemanila/faults": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The rules of the world */
        get: operations["faults.list"];
        put?: never;
        /** Add a rule */
        post: operations["faults.create"];
        /** Remove all rules */
        delete: operations["faults.clear"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/_fakemanila/faults/{fault_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One rule */
        get: operations["faults.show"];
        put?: never;
        post?: never;
        /** Remove a rule */
        delete: operations["faults.delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/_fakemanila/faults/presets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The presets */
        get: operations["presets.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/_fakemanila/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the server runs, and its worlds */
        get: operations["health.show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/_fakemanila/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Counters of the world, in the format of Prometheus */
        get: operations["metrics.show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/_fakemanila/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Manila's API at one microversion, as OpenAPI */
        get: operations["openapi.show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/_fakemanila/operations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every operation of Manila's API */
        get: operations["operations.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/_fakemanila/paused": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Held requests, in the order of arrival; can wait for a number of them */
        get: operations["paused.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/_fakemanila/paused/{paused_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Release a held request, drop it, or send another response */
        post: operations["paused.decide"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/_fakemanila/records/{kind}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The records of a kind, as they are stored; any attribute may be a filter */
        get: operations["records.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/_fakemanila/records/{kind}/{record_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One record; can wait until it has given attributes */
        get: operations["records.show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/_fakemanila/requests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The journal, oldest request first */
        get: operations["requests.list"];
        put?: never;
        post?: never;
        /** Empty the journal */
        delete: operations["requests.clear"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/_fakemanila/requests.curl": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The journal as curl commands */
        get: operations["requests.curl"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/_fakemanila/requests.har": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The journal as a HAR 1.2 archive */
        get: operations["requests.har"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/_fakemanila/requests.pytest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The journal as a pytest test that sends the same requests again */
        get: operations["requests.pytest"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/_fakemanila/requests/{request_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One request, and why it was answered this way; last is the newest one that was refused */
        get: operations["requests.show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/_fakemanila/reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Reset the world to its initial state */
        post: operations["world.reset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/_fakemanila/scenario": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Add a scenario to the world as it is */
        post: operations["scenario.apply"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/_fakemanila/state": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The whole world as one document */
        get: operations["state.show"];
        /** Replace the world with a document, or show what that would change */
        put: operations["state.replace"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/_fakemanila/timeline.svg": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The world's past as a picture */
        get: operations["timeline.show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/_fakemanila/transitions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Operations under way; with wait=idle it waits until nothing is under way that ends with time */
        get: operations["transitions.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/_fakemanila/transitions/{transition_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End a transition now, hold it, or release it */
        post: operations["transitions.decide"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/_fakemanila/worlds/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make a world as another one is, or was */
        post: operations["worlds.fork"];
        /** Drop a world; its next use makes a new one */
        delete: operations["worlds.drop"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Advance: {
            seconds: components["schemas"]["Duration"];
        } | {
            duration: components["schemas"]["Duration"];
        } | {
            /** @enum {unknown} */
            to: "next" | "idle";
        };
        Advanced: {
            /** @enum {unknown} */
            mode: "real" | "manual";
            /** @description When the next of them comes due; null if none ends with time. */
            next: string | null;
            /** @description UTC, such as 2026-01-01T00:00:00.000000 */
            now: string;
            /** @description Transitions under way. */
            pending: number;
            /** @description World seconds per real second; 0 if it stands still. */
            rate: number;
            transitions: components["schemas"]["Ran"][];
        };
        Checkpoint: {
            name: string;
            pending: number;
            records: number;
            /** @description UTC, such as 2026-01-01T00:00:00.000000 */
            time: string;
        };
        Checkpoints: {
            checkpoints: components["schemas"]["Checkpoint"][];
        };
        Clock: {
            /** @enum {unknown} */
            mode: "real" | "manual";
            /** @description When the next of them comes due; null if none ends with time. */
            next: string | null;
            /** @description UTC, such as 2026-01-01T00:00:00.000000 */
            now: string;
            /** @description Transitions under way. */
            pending: number;
            /** @description World seconds per real second; 0 if it stands still. */
            rate: number;
        };
        ClockChange: {
            /** @enum {unknown} */
            mode?: "real" | "manual";
            /** @description When the next of them comes due; null if none ends with time. */
            next?: string | null;
            /** @description UTC, such as 2026-01-01T00:00:00.000000 */
            now?: string;
            /** @description Transitions under way. */
            pending?: number;
            /** @description World seconds per real second; 0 if it stands still. */
            rate?: number;
        };
        ClockEvent: {
            /** @description UTC, such as 2026-01-01T00:00:00.000000 */
            from: string;
            rate: number;
            /** @description UTC, such as 2026-01-01T00:00:00.000000 */
            to: string;
        };
        Conduct: {
            findings: components["schemas"]["Finding"][];
            total: number;
        };
        Decision: {
            /** @enum {unknown} */
            outcome: "success" | "error" | "hold" | "release";
        };
        Delay: components["schemas"]["Duration"] | {
            uniform: components["schemas"]["Duration"][];
        } | {
            lognormal: {
                median: components["schemas"]["Duration"];
                sigma: number;
            };
        } | {
            /** @description Ends at the n-th read. */
            reads: number;
        };
        /**
         * @description By operation id, pattern or default.
         * @example {
         *       "default": 0,
         *       "snapshots.create": "2s",
         *       "shares.*": {
         *         "uniform": [
         *           "1s",
         *           "3s"
         *         ]
         *       }
         *     }
         */
        Delays: {
            [key: string]: components["schemas"]["Delay"];
        };
        DelaysChange: {
            [key: string]: components["schemas"]["Delay"] | null;
        };
        Diff: {
            clock: {
                [key: string]: unknown[];
            };
            delays: {
                [key: string]: unknown[];
            };
            faults: {
                changed: ({
                    changes: {
                        [key: string]: unknown[];
                    };
                    id: string;
                } & {
                    [key: string]: unknown;
                })[];
                gone: ({
                    id: string;
                    name: string | null;
                } & {
                    [key: string]: unknown;
                })[];
                made: ({
                    id: string;
                    name: string | null;
                } & {
                    [key: string]: unknown;
                })[];
            };
            /**
             * @example checkpoint:before
             * @example world:default
             */
            from: string;
            records: {
                changed: {
                    changes: {
                        [key: string]: unknown[];
                    };
                    id: string;
                    kind: string;
                    name: string | null;
                }[];
                gone: {
                    id: string;
                    kind: string;
                    name: string | null;
                    record: Record<string, unknown>;
                }[];
                made: {
                    id: string;
                    kind: string;
                    name: string | null;
                    record: Record<string, unknown>;
                }[];
            };
            /**
             * @example checkpoint:before
             * @example world:default
             */
            to: string;
            transitions: {
                changed: ({
                    changes: {
                        [key: string]: unknown[];
                    };
                    id: string;
                } & {
                    [key: string]: unknown;
                })[];
                gone: components["schemas"]["Pending"][];
                made: components["schemas"]["Pending"][];
            };
        };
        Do: {
            barrier?: {
                /** @enum {unknown} */
                at?: "arrival" | "answer";
                count: number;
                max?: components["schemas"]["Duration"];
                /** @description The order in which requests go on; without it all at once. */
                order?: ("arrival" | "reverse" | null) | components["schemas"]["Match"][];
            };
            /** @description The fields that are null in the response. */
            blank?: unknown;
            /** @example 2.65 */
            cap_microversion?: string;
            /** @description The change of the service catalog. */
            catalog?: unknown;
            /** @description An effect on the response, after the request was carried out. */
            commit_then?: Record<string, unknown>;
            /** @description A delay before handling, or {before, after}. */
            delay?: unknown;
            /** @description bytes, every */
            dribble?: Record<string, unknown>;
            /** @constant */
            empty?: true;
            /** @constant */
            gone?: true;
            hang?: true | components["schemas"]["Duration"];
            /** @constant */
            ignore_microversion?: true;
            /** @constant */
            malformed?: true;
            /** @description One of these effects, drawn for each request. */
            one_of?: unknown[];
            /** @description error, stuck or a status; or {status, after, message}. */
            outcome?: unknown;
            pause?: true | {
                /** @enum {unknown} */
                at?: "arrival" | "answer";
                max?: components["schemas"]["Duration"];
            };
            /** @constant */
            reset?: true;
            /** @description status, error, message, headers, body */
            respond?: Record<string, unknown>;
            /** @constant */
            revoke_token?: true;
            stale_list?: components["schemas"]["Duration"];
            truncate?: number;
        };
        /** @description An OpenAPI 3.1 document. */
        Document: Record<string, unknown>;
        /**
         * @example 250ms
         * @example 2s
         * @example 5m
         * @example 0.25
         */
        Duration: string | number;
        Error: {
            /** @description The field, its value, and what would be right. */
            error: string;
        };
        Event: {
            clock?: components["schemas"]["ClockEvent"];
            /**
             * @description What it is about is under this name.
             * @enum {unknown}
             */
            event: "request" | "transition" | "record" | "fault" | "clock" | "world";
            fault?: components["schemas"]["FaultEvent"];
            id: number;
            record?: components["schemas"]["RecordEvent"];
            request?: components["schemas"]["RequestEvent"];
            /** @description UTC, such as 2026-01-01T00:00:00.000000 */
            time: string;
            transition?: components["schemas"]["TransitionEvent"];
            world?: components["schemas"]["WorldEvent"];
        };
        Events: {
            events: components["schemas"]["Event"][];
            /** @description The id of the newest event; 0 if there was none. */
            last: number;
            /** @description How many events since then are not kept any more. */
            missed: number;
        };
        ExplainedRequest: {
            contract_warnings: string[];
            /** @description Seconds of the world's clock; 0 if it stands still. */
            duration: number;
            /** @description Why, in sentences. */
            explanation: string[];
            /** @description The names of the rules that fired. */
            faults: string[];
            /** @description How rules held it. */
            held: components["schemas"]["Holding"][];
            id: string;
            /**
             * @description unmatched: no route matches; not_implemented: the release doesn't serve the operation.
             * @enum {unknown}
             */
            mark: "unmatched" | "not_implemented" | null;
            method: string;
            microversion: string | null;
            /** @description null if no route matches the path. */
            operation: string | null;
            path: string;
            project_id: string | null;
            project_name: string | null;
            query: {
                [key: string]: string;
            };
            /** @description null if nothing was refused. */
            refusal: components["schemas"]["Refusal"] | null;
            request: components["schemas"]["Message"];
            response: components["schemas"]["Message"];
            /** @description null or 0 if no response was sent. */
            status: number | null;
            /** @description UTC, such as 2026-01-01T00:00:00.000000 */
            time: string;
            /** @description The transitions that it started. */
            transitions: components["schemas"]["Pending"][];
            user_id: string | null;
            user_name: string | null;
        };
        Fault: {
            do: components["schemas"]["Do"];
            /** @description The number of requests that it changed. */
            fired: number;
            id: string;
            match: components["schemas"]["Match"];
            /** @description The number of requests that met all conditions of match. */
            matched: number;
            /** @description A test fails if the rule never fires. */
            must_fire?: boolean;
            /** @description The rule's name in the journal. */
            name?: string | null;
            /** @description Requests that met every condition but one. */
            near_misses?: Record<string, unknown>[];
            /** @description One of GET /faults/presets. */
            preset?: string;
            when: components["schemas"]["When"];
        } & {
            [key: string]: unknown;
        };
        /** @description A rule changed a request. */
        FaultEvent: {
            name: string;
            request_id: string;
            rule: string;
        };
        Faults: {
            faults: components["schemas"]["Fault"][];
        };
        Finding: {
            /** @description The User-Agent of the client. */
            agent?: string;
            /** @description How many requests show it. */
            count: number;
            /** @description Ids of requests, the first twenty. */
            evidence: string[];
            name: string;
            operation?: string;
            /** @description Where to read about it. */
            page: string;
            /** @description One line with figures. */
            summary: string;
            /** @description A user's name. */
            user?: string;
        };
        Fork: {
            /**
             * @description Default: the world of the path.
             * @example checkpoint:before
             * @example world:default
             */
            from?: string;
            /** @description Whether it replaces a world of that name. */
            replace?: boolean;
        };
        Forked: {
            /**
             * @example checkpoint:before
             * @example world:default
             */
            from: string;
            /** @enum {unknown} */
            mode: "real" | "manual";
            name: string;
            /** @description When the next of them comes due; null if none ends with time. */
            next: string | null;
            /** @description UTC, such as 2026-01-01T00:00:00.000000 */
            now: string;
            /** @description Transitions under way. */
            pending: number;
            /** @description World seconds per real second; 0 if it stands still. */
            rate: number;
        };
        Health: {
            cacert: string | null;
            /** @description The installed packages that add something, and what. */
            extensions: {
                adds: string[];
                package: string;
                version: string;
            }[];
            log_lines_dropped: number;
            max_microversion: string;
            min_microversion: string;
            /** @example 2025.1 */
            release: string;
            state: {
                error: string | null;
                file: string;
                saved: string | null;
            } | null;
            /** @constant */
            status: "ok";
            version: string;
            worlds: string[];
        };
        Holding: {
            /** @enum {unknown} */
            at: "arrival" | "answer";
            barrier?: {
                /** @description How many requests wait for each other. */
                count: number;
                /** @description How many have arrived. */
                there: number;
            };
            /**
             * @description How it ended; full if it was not held at all.
             * @enum {unknown}
             */
            ended: "continue" | "drop" | "respond" | "max" | "all there" | "rule removed" | "reset" | "stop" | "full";
            /** @description The name of the rule. */
            fault: string;
            /** @description Seconds of the world's clock; 0 if it stands still. */
            seconds: number;
        };
        /** @description As in a state: schemas/records.json. */
        Kept: Record<string, unknown>;
        Made: {
            resources: components["schemas"]["Resource"][];
        };
        Match: {
            /** @description A part of the body, with or without its envelope. */
            body?: Record<string, unknown>;
            headers?: {
                [key: string]: string;
            };
            method?: string | string[];
            /**
             * @example >=2.40
             * @example 2.0-2.6
             */
            microversion?: string;
            operation?: string | string[];
            /** @description May contain *, ? and […]. */
            path?: string;
            /** @description Id or name. */
            project?: string;
            resource?: {
                id?: string;
                metadata?: Record<string, unknown>;
                /** @description May contain *, ? and […]. */
                name?: string;
            };
            role?: string;
            /** @description Id or name. */
            user?: string;
        };
        Message: {
            /** @description JSON or text; null if there is none. Passwords and keys are masked. */
            body: unknown;
            /**
             * @description The body was dropped to save memory.
             * @constant
             */
            dropped?: true;
            /** @description Tokens are masked. */
            headers: {
                [key: string]: string;
            };
        };
        Operation: {
            action: string | null;
            chapter: string;
            /** @example snapshots.create */
            id: string;
            implemented: boolean;
            method: string;
            path: string;
            versions: string;
        } & {
            [key: string]: unknown;
        };
        Operations: {
            operations: components["schemas"]["Operation"][];
            total: number;
        };
        PausedDecision: {
            do: ("continue" | "drop") | {
                /** @description status, error, message, headers, body */
                respond: Record<string, unknown>;
            };
        };
        PausedRequest: {
            /** @enum {unknown} */
            at: "arrival" | "answer";
            barrier?: {
                /** @description How many requests wait for each other. */
                count: number;
                /** @description How many have arrived. */
                there: number;
            };
            /**
             * @description How it ended, if it was decided on.
             * @enum {unknown}
             */
            ended?: "continue" | "drop" | "respond";
            /** @description The rule's name in the journal. */
            fault: string;
            id: string;
            method: string;
            microversion: string | null;
            operation: string | null;
            path: string;
            /** @description By name. */
            project: string | null;
            query: {
                [key: string]: string;
            };
            request: components["schemas"]["Message"];
            request_id: string;
            /** @description The response that would be sent; null at arrival. */
            response: components["schemas"]["Message"] | null;
            /** @description The id of the rule that holds it. */
            rule: string;
            /** @description UTC, such as 2026-01-01T00:00:00.000000 */
            since: string;
            /** @description The status of the response that would be sent; 0 if none would be, null at arrival. */
            status: number | null;
            /** @description By name. */
            user: string | null;
        };
        PausedRequests: {
            paused: components["schemas"]["PausedRequest"][];
        };
        Pending: {
            /** @description null if it doesn't end with time. */
            due: string | null;
            held: boolean;
            id: string;
            operation: string;
            /** @description success, error, stuck, or a status. */
            outcome: string;
            /** @description The current phase; null if it has none. */
            phase: string | null;
            /** @description After how many more reads it ends. */
            reads: number | null;
            request_id: string | null;
            resource_id: string;
            resource_type: string;
        } & {
            [key: string]: unknown;
        };
        Preset: {
            name: string;
            summary: string;
        } & {
            [key: string]: unknown;
        };
        Presets: {
            presets: components["schemas"]["Preset"][];
        };
        Ran: {
            id: string;
            operation: string;
            /** @description The phase that has ended; null if it has none. */
            phase: string | null;
            resource_id: string;
            resource_type: string;
            /** @description The record's status from then on; null if it is gone. */
            status: string | null;
            /** @description UTC, such as 2026-01-01T00:00:00.000000 */
            time: string;
        } & {
            [key: string]: unknown;
        };
        Record: {
            record: components["schemas"]["Kept"] | null;
        };
        RecordEvent: {
            /** @enum {unknown} */
            change: "made" | "changed" | "gone";
            id: string;
            kind: string;
            name: string | null;
            project_id: string | null;
            replica_state?: string;
            status: string | null;
        };
        Records: {
            records: components["schemas"]["Kept"][];
            total: number;
        };
        /** @description Why a request was refused; docs/how-to/why.md has an example of each kind. */
        Refusal: {
            /** @description The check strings of the rule and of the rules it refers to; empty if the rule has none. */
            checks: {
                [key: string]: string;
            };
            /** @constant */
            kind: "policy";
            /** @description The roles of the caller. */
            roles: string[];
            rule: string;
            /** @enum {unknown} */
            scope: "project" | "domain" | "system" | "none";
            sufficient: {
                project_id: string | null;
                role: string;
                /** @enum {unknown} */
                scope: "project" | "system";
                user_id: string | null;
            }[];
            target: Record<string, unknown> | null;
        } | {
            expired_at: string | null;
            header: string;
            /** @constant */
            kind: "token";
            problem: string;
        } | {
            application_credential_id: string | null;
            /** @constant */
            kind: "access_rule";
            rules: {
                method: string | null;
                path: string | null;
                service: string | null;
            }[];
        } | {
            /** @constant */
            kind: "login";
            problem: string;
        } | {
            /** @constant */
            kind: "scope";
            project_in_path: string;
            project_of_token: string | null;
        } | {
            /** @constant */
            kind: "route";
            method: string;
            methods: string[];
            path: string;
            service_not_offered: string | null;
        } | {
            actions: {
                action: string | null;
                experimental: boolean;
                max: string | null;
                min: string | null;
                operation: string;
            }[];
            asked: string | null;
            /** @constant */
            kind: "action";
        } | {
            asked: string;
            /** @constant */
            kind: "microversion";
            max: string | null;
            min: string | null;
            operations: {
                action: string | null;
                experimental: boolean;
                max: string | null;
                min: string | null;
                operation: string;
            }[];
            /** @enum {unknown} */
            problem: "malformed" | "not_served" | "not_in_range" | "experimental";
        } | {
            field: string | null;
            /** @constant */
            kind: "contract";
            message: string;
            /** @enum {unknown} */
            part: "body" | "query" | "envelope" | "json";
            schema: Record<string, unknown> | null;
            /** @description False if the field is missing. */
            sent: boolean;
            /** @description The microversion since which the field exists. */
            since: string | null;
            /** @description The last microversion that has the field. */
            until: string | null;
            /** @description The value that was sent; secrets are masked, long strings are cut. */
            value: unknown;
        } | {
            attribute: string;
            found: string | null;
            id: string;
            /** @constant */
            kind: "status";
            resource_type: string;
            right: string[];
            wrong: string[];
        } | {
            asked_for: number;
            in_use: number;
            /** @constant */
            kind: "quota";
            limit: number;
            project_id: string | null;
            reserved: number;
            resource: string;
            share_type_id: string | null;
            user_id: string | null;
        } | {
            deleted: {
                request_id: string;
                /** @description UTC, such as 2026-01-01T00:00:00.000000 */
                time: string;
            } | null;
            /** @description It exists, but the caller can't see it. */
            exists: boolean;
            /** @description The policy rule that hides it. */
            hidden_by: string | null;
            id: string;
            /** @constant */
            kind: "not_found";
            /** @description Its project, if it exists. */
            project_id: string | null;
            resource_type: string;
        } | {
            call: string;
            /** @constant */
            kind: "not_implemented";
        } | {
            /** @description It was carried out; its response was lost or replaced. */
            carried_out: boolean;
            /** @constant */
            kind: "fault";
            /** @description The names of the rules that fired. */
            rules: string[];
        } | {
            error: string;
            /** @constant */
            kind: "crash";
            message: string;
        } | {
            error: string;
            /** @constant */
            kind: "other";
            message: string;
        };
        Request: {
            contract_warnings: string[];
            /** @description Seconds of the world's clock; 0 if it stands still. */
            duration: number;
            /** @description The names of the rules that fired. */
            faults: string[];
            /** @description How rules held it. */
            held: components["schemas"]["Holding"][];
            id: string;
            /**
             * @description unmatched: no route matches; not_implemented: the release doesn't serve the operation.
             * @enum {unknown}
             */
            mark: "unmatched" | "not_implemented" | null;
            method: string;
            microversion: string | null;
            /** @description null if no route matches the path. */
            operation: string | null;
            path: string;
            project_id: string | null;
            project_name: string | null;
            query: {
                [key: string]: string;
            };
            /** @description null if nothing was refused. */
            refusal: components["schemas"]["Refusal"] | null;
            request: components["schemas"]["Message"];
            response: components["schemas"]["Message"];
            /** @description null or 0 if no response was sent. */
            status: number | null;
            /** @description UTC, such as 2026-01-01T00:00:00.000000 */
            time: string;
            /** @description The transitions that it started. */
            transitions: components["schemas"]["Pending"][];
            user_id: string | null;
            user_name: string | null;
        };
        /** @description A request was carried out. */
        RequestEvent: {
            contract_warnings: string[];
            /** @description Seconds of the world's clock; 0 if it stands still. */
            duration: number;
            /** @description The names of the rules that fired. */
            faults: string[];
            /** @description How rules held it. */
            held: components["schemas"]["Holding"][];
            id: string;
            /**
             * @description unmatched: no route matches; not_implemented: the release doesn't serve the operation.
             * @enum {unknown}
             */
            mark: "unmatched" | "not_implemented" | null;
            method: string;
            microversion: string | null;
            /** @description null if no route matches the path. */
            operation: string | null;
            path: string;
            project_id: string | null;
            project_name: string | null;
            query: {
                [key: string]: string;
            };
            /** @description null or 0 if no response was sent. */
            status: number | null;
            /** @description UTC, such as 2026-01-01T00:00:00.000000 */
            time: string;
            /** @description The transitions that it started. */
            transitions: components["schemas"]["Pending"][];
            user_id: string | null;
            user_name: string | null;
        };
        Requests: {
            requests: components["schemas"]["Request"][];
            /** @description The number without the limit. */
            total: number;
        };
        Resource: {
            id: string;
            kind: string;
            name: string | null;
        } & {
            [key: string]: unknown;
        };
        Rule: string | {
            do?: components["schemas"]["Do"];
            match?: components["schemas"]["Match"];
            /** @description A test fails if the rule never fires. */
            must_fire?: boolean;
            /** @description The rule's name in the journal. */
            name?: string | null;
            /** @description One of GET /faults/presets. */
            preset?: string;
            when?: components["schemas"]["When"];
        };
        /**
         * @description schemas/scenario.json of fakemanila.
         * @example {
         *       "resources": [
         *         {
         *           "kind": "share",
         *           "name": "db",
         *           "size": 5
         *         }
         *       ]
         *     }
         */
        Scenario: Record<string, unknown>;
        /** @description schemas/state.json of fakemanila. */
        State: Record<string, unknown>;
        StateOrDiff: components["schemas"]["State"] | components["schemas"]["Diff"];
        Transition: components["schemas"]["Pending"] | components["schemas"]["Ran"];
        TransitionEvent: {
            /**
             * @description went on: a phase has ended.
             * @enum {unknown}
             */
            change: "began" | "went on" | "ended";
            id: string;
            operation: string;
            phase: string | null;
            resource_id: string;
            resource_type: string;
            /** @description The record's status from then on; null if it is gone. */
            status: string | null;
        } & {
            [key: string]: unknown;
        };
        Transitions: {
            transitions: components["schemas"]["Pending"][];
        };
        When: {
            /** @description This many matching requests pass first. */
            after?: number;
            /** @description World time since the rule was added, excluding the end; null for no end. */
            between?: (components["schemas"]["Duration"] | null)[];
            /** @description It fires on every n-th matching request only. */
            every?: number;
            probability?: number;
            sequence?: ("fail" | "succeed")[];
            /** @description It fires at most this many times. */
            times?: number | null;
        };
        WorldEvent: {
            /** @enum {unknown} */
            change: "reset" | "loaded" | "restored" | "forked";
        };
    };
    responses: {
        /** @description Refused; nothing has changed. */
        Error: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    "checkpoints.list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was saved of the world */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Checkpoints"];
                };
            };
            400: components["responses"]["Error"];
            401: components["responses"]["Error"];
            403: components["responses"]["Error"];
        };
    };
    "checkpoints.save": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Save the world, replacing a checkpoint of that name */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Checkpoint"];
                };
            };
            400: components["responses"]["Error"];
            401: components["responses"]["Error"];
            403: components["responses"]["Error"];
        };
    };
    "checkpoints.drop": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Error"];
            401: components["responses"]["Error"];
            403: components["responses"]["Error"];
            404: components["responses"]["Error"];
        };
    };
    "checkpoints.restore": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Restore the world from a checkpoint */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Clock"];
                };
            };
            400: components["responses"]["Error"];
            401: components["responses"]["Error"];
            403: components["responses"]["Error"];
            404: components["responses"]["Error"];
        };
    };
    "clock.show": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The world's time */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Clock"];
                };
            };
            400: components["responses"]["Error"];
            401: components["responses"]["Error"];
            403: components["responses"]["Error"];
        };
    };
    "clock.set": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ClockChange"];
            };
        };
        responses: {
            /** @description Set the time, or how it runs */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Clock"];
                };
            };
            400: components["responses"]["Error"];
            401: components["responses"]["Error"];
            403: components["responses"]["Error"];
            413: components["responses"]["Error"];
        };
    };
    "clock.advance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Advance"];
            };
        };
        responses: {
            /** @description Advance the time and run what comes due */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Advanced"];
                };
            };
            400: components["responses"]["Error"];
            401: components["responses"]["Error"];
            403: components["responses"]["Error"];
            413: components["responses"]["Error"];
        };
    };
    "conduct.show": {
        parameters: {
            query?: {
                /** @description Names of findings to ignore, separated by commas. */
                allow?: string;
                /** @description The clients have finished, so what still exists was left behind. */
                ended?: "true" | "false";
                /** @description Names of findings to look for, separated by commas. */
                only?: string;
                /** @description Polling faster than this is too fast; default: 1s. */
                poll_interval?: string;
                /** @description A time of the world's clock, or the id of the request or event before. */
                since?: string;
                /** @description A user's id or name. */
                user?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Bad habits of clients */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Conduct"];
                };
            };
            400: components["responses"]["Error"];
            401: components["responses"]["Error"];
            403: components["responses"]["Error"];
        };
    };
    "control.show": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description This description */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Document"];
                };
            };
            400: components["responses"]["Error"];
            401: components["responses"]["Error"];
            403: components["responses"]["Error"];
        };
    };
    "delays.show": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How long operations take */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Delays"];
                };
            };
            400: components["responses"]["Error"];
            401: components["responses"]["Error"];
            403: components["responses"]["Error"];
        };
    };
    "delays.replace": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Delays"];
            };
        };
        responses: {
            /** @description Say anew how long operations take */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Delays"];
                };
            };
            400: components["responses"]["Error"];
            401: components["responses"]["Error"];
            403: components["responses"]["Error"];
            413: components["responses"]["Error"];
        };
    };
    "delays.update": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DelaysChange"];
            };
        };
        responses: {
            /** @description Change some delays; null removes one */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Delays"];
                };
            };
            400: components["responses"]["Error"];
            401: components["responses"]["Error"];
            403: components["responses"]["Error"];
            413: components["responses"]["Error"];
        };
    };
    "diff.show": {
        parameters: {
            query?: {
                /** @description checkpoint:NAME, world:NAME, or the name if only one of them has it. */
                from?: string;
                /** @description The same; default: the world as it is now. */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What differs between checkpoints and worlds */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Diff"];
                };
            };
            400: components["responses"]["Error"];
            401: components["responses"]["Error"];
            403: components["responses"]["Error"];
        };
    };
    "events.list": {
        parameters: {
            query?: {
                /** @description A stream, or a list of the events so far. */
                format?: "sse" | "json";
                /** @description Kinds of events, separated by commas; for a timeline, one kind of resource. */
                kind?: string;
                /** @description A time of the world's clock, or the id of the request or event before. */
                since?: string;
                /** @description How long to wait, such as 10s, at most 1m; 'idle' for transitions. */
                wait?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events, as they happen */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Events"];
                    "text/event-stream": string;
                };
            };
            400: components["responses"]["Error"];
            401: components["responses"]["Error"];
            403: components["responses"]["Error"];
            503: components["responses"]["Error"];
        };
    };
    "faults.list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The rules of the world */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Faults"];
                };
            };
            400: components["responses"]["Error"];
            401: components["responses"]["Error"];
            403: components["responses"]["Error"];
        };
    };
    "faults.create": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Rule"];
            };
        };
        responses: {
            /** @description Add a rule */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Fault"];
                };
            };
            400: components["responses"]["Error"];
            401: components["responses"]["Error"];
            403: components["responses"]["Error"];
            413: components["responses"]["Error"];
        };
    };
    "faults.clear": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Error"];
            401: components["responses"]["Error"];
            403: components["responses"]["Error"];
        };
    };
    "faults.show": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                fault_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One rule */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Fault"];
                };
            };
            400: components["responses"]["Error"];
            401: components["responses"]["Error"];
            403: components["responses"]["Error"];
            404: components["responses"]["Error"];
        };
    };
    "faults.delete": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                fault_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Error"];
            401: components["responses"]["Error"];
            403: components["responses"]["Error"];
            404: components["responses"]["Error"];
            409: components["responses"]["Error"];
        };
    };
    "presets.list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The presets */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Presets"];
                };
            };
            400: components["responses"]["Error"];
            401: components["responses"]["Error"];
            403: components["responses"]["Error"];
        };
    };
    "health.show": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Whether the server runs, and its worlds */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            400: components["responses"]["Error"];
            401: components["responses"]["Error"];
            403: components["responses"]["Error"];
        };
    };
    "metrics.show": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Counters of the world, in the format of Prometheus */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            400: components["responses"]["Error"];
            401: components["responses"]["Error"];
            403: components["responses"]["Error"];
        };
    };
    "openapi.show": {
        parameters: {
            query?: {
                /** @description 2.0 to 2.99, which is the default. */
                microversion?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Manila's API at one microversion, as OpenAPI */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Document"];
                };
            };
            400: components["responses"]["Error"];
            401: components["responses"]["Error"];
            403: components["responses"]["Error"];
        };
    };
    "operations.list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Every operation of Manila's API */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Operations"];
                };
            };
            400: components["responses"]["Error"];
            401: components["responses"]["Error"];
            403: components["responses"]["Error"];
        };
    };
    "paused.list": {
        parameters: {
            query?: {
                /** @description The number to wait for; default: 1. */
                count?: number;
                /** @description The id or the name of a rule. */
                rule?: string;
                /** @description How long to wait, such as 10s, at most 1m; 'idle' for transitions. */
                wait?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Held requests, in the order of arrival; can wait for a number of them */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PausedRequests"];
                };
            };
            400: components["responses"]["Error"];
            401: components["responses"]["Error"];
            403: components["responses"]["Error"];
            408: components["responses"]["Error"];
            503: components["responses"]["Error"];
        };
    };
    "paused.decide": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                paused_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PausedDecision"];
            };
        };
        responses: {
            /** @description Release a held request, drop it, or send another response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PausedRequest"];
                };
            };
            400: components["responses"]["Error"];
            401: components["responses"]["Error"];
            403: components["responses"]["Error"];
            404: components["responses"]["Error"];
            413: components["responses"]["Error"];
        };
    };
    "records.list": {
        parameters: {
            query?: {
                /** @description Attributes that the records must have, such as status=error. */
                attributes?: {
                    [key: string]: string | number | boolean;
                };
            };
            header?: never;
            path: {
                kind: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The records of a kind, as they are stored; any attribute may be a filter */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Records"];
                };
            };
            400: components["responses"]["Error"];
            401: components["responses"]["Error"];
            403: components["responses"]["Error"];
            404: components["responses"]["Error"];
        };
    };
    "records.show": {
        parameters: {
            query?: {
                /** @description Attributes that the records must have, such as status=error. */
                attributes?: {
                    [key: string]: string | number | boolean;
                };
                /** @description Waits until the record doesn't exist any more. */
                gone?: boolean;
                /** @description How long to wait, such as 10s, at most 1m; 'idle' for transitions. */
                wait?: string;
            };
            header?: never;
            path: {
                kind: string;
                record_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One record; can wait until it has given attributes */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Record"];
                };
            };
            400: components["responses"]["Error"];
            401: components["responses"]["Error"];
            403: components["responses"]["Error"];
            404: components["responses"]["Error"];
            408: components["responses"]["Error"];
            503: components["responses"]["Error"];
        };
    };
    "requests.list": {
        parameters: {
            query?: {
                /** @description The number to wait for; default: 1. */
                count?: number;
                /** @description The name of a fault that fired, or a pattern; 'any' or 'none'. */
                fault?: string;
                /** @description Only the newest N. */
                limit?: number;
                /** @description Requests without a route, or for operations that are not served. */
                mark?: "unmatched" | "not_implemented";
                /** @description GET, POST, PUT, PATCH or DELETE. */
                method?: string;
                /** @description An operation id or pattern; 'none' for requests without an operation. */
                operation?: string;
                /** @description A path below the world's prefix, or a pattern of them. */
                path?: string;
                /** @description A project's id or name. */
                project?: string;
                /** @description A time of the world's clock, or the id of the request or event before. */
                since?: string;
                /** @description 413, 4xx, or 'none' if no response was sent. */
                status?: string;
                /** @description A user's id or name. */
                user?: string;
                /** @description How long to wait, such as 10s, at most 1m; 'idle' for transitions. */
                wait?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The journal, oldest request first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Requests"];
                };
            };
            400: components["responses"]["Error"];
            401: components["responses"]["Error"];
            403: components["responses"]["Error"];
            408: components["responses"]["Error"];
            503: components["responses"]["Error"];
        };
    };
    "requests.clear": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Error"];
            401: components["responses"]["Error"];
            403: components["responses"]["Error"];
        };
    };
    "requests.curl": {
        parameters: {
            query?: {
                /** @description The name of a fault that fired, or a pattern; 'any' or 'none'. */
                fault?: string;
                /** @description Only the newest N. */
                limit?: number;
                /** @description Requests without a route, or for operations that are not served. */
                mark?: "unmatched" | "not_implemented";
                /** @description GET, POST, PUT, PATCH or DELETE. */
                method?: string;
                /** @description An operation id or pattern; 'none' for requests without an operation. */
                operation?: string;
                /** @description A path below the world's prefix, or a pattern of them. */
                path?: string;
                /** @description A project's id or name. */
                project?: string;
                /** @description A time of the world's clock, or the id of the request or event before. */
                since?: string;
                /** @description 413, 4xx, or 'none' if no response was sent. */
                status?: string;
                /** @description A user's id or name. */
                user?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The journal as curl commands */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            400: components["responses"]["Error"];
            401: components["responses"]["Error"];
            403: components["responses"]["Error"];
        };
    };
    "requests.har": {
        parameters: {
            query?: {
                /** @description The name of a fault that fired, or a pattern; 'any' or 'none'. */
                fault?: string;
                /** @description Only the newest N. */
                limit?: number;
                /** @description Requests without a route, or for operations that are not served. */
                mark?: "unmatched" | "not_implemented";
                /** @description GET, POST, PUT, PATCH or DELETE. */
                method?: string;
                /** @description An operation id or pattern; 'none' for requests without an operation. */
                operation?: string;
                /** @description A path below the world's prefix, or a pattern of them. */
                path?: string;
                /** @description A project's id or name. */
                project?: string;
                /** @description A time of the world's clock, or the id of the request or event before. */
                since?: string;
                /** @description 413, 4xx, or 'none' if no response was sent. */
                status?: string;
                /** @description A user's id or name. */
                user?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The journal as a HAR 1.2 archive */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Document"];
                };
            };
            400: components["responses"]["Error"];
            401: components["responses"]["Error"];
            403: components["responses"]["Error"];
        };
    };
    "requests.pytest": {
        parameters: {
            query?: {
                /** @description The name of a fault that fired, or a pattern; 'any' or 'none'. */
                fault?: string;
                /** @description Only the newest N. */
                limit?: number;
                /** @description Requests without a route, or for operations that are not served. */
                mark?: "unmatched" | "not_implemented";
                /** @description GET, POST, PUT, PATCH or DELETE. */
                method?: string;
                /** @description An operation id or pattern; 'none' for requests without an operation. */
                operation?: string;
                /** @description A path below the world's prefix, or a pattern of them. */
                path?: string;
                /** @description A project's id or name. */
                project?: string;
                /** @description A time of the world's clock, or the id of the request or event before. */
                since?: string;
                /** @description 413, 4xx, or 'none' if no response was sent. */
                status?: string;
                /** @description A user's id or name. */
                user?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The journal as a pytest test that sends the same requests again */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            400: components["responses"]["Error"];
            401: components["responses"]["Error"];
            403: components["responses"]["Error"];
        };
    };
    "requests.show": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                request_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One request, and why it was answered this way; last is the newest one that was refused */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExplainedRequest"];
                };
            };
            400: components["responses"]["Error"];
            401: components["responses"]["Error"];
            403: components["responses"]["Error"];
            404: components["responses"]["Error"];
        };
    };
    "world.reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Scenario"];
            };
        };
        responses: {
            /** @description Reset the world to its initial state */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Clock"];
                };
            };
            400: components["responses"]["Error"];
            401: components["responses"]["Error"];
            403: components["responses"]["Error"];
            413: components["responses"]["Error"];
        };
    };
    "scenario.apply": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Scenario"];
            };
        };
        responses: {
            /** @description Add a scenario to the world as it is */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Made"];
                };
            };
            400: components["responses"]["Error"];
            401: components["responses"]["Error"];
            403: components["responses"]["Error"];
            413: components["responses"]["Error"];
        };
    };
    "state.show": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The whole world as one document */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["State"];
                };
            };
            400: components["responses"]["Error"];
            401: components["responses"]["Error"];
            403: components["responses"]["Error"];
        };
    };
    "state.replace": {
        parameters: {
            query?: {
                /** @description true: changes nothing, and returns what would change. */
                dry_run?: "true" | "false";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["State"];
            };
        };
        responses: {
            /** @description Replace the world with a document, or show what that would change */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StateOrDiff"];
                };
            };
            400: components["responses"]["Error"];
            401: components["responses"]["Error"];
            403: components["responses"]["Error"];
            413: components["responses"]["Error"];
        };
    };
    "timeline.show": {
        parameters: {
            query?: {
                /** @description Kinds of events, separated by commas; for a timeline, one kind of resource. */
                kind?: string;
                /** @description A part of the name of the resources to draw, or an id. */
                name?: string;
                /** @description An operation id or pattern; 'none' for requests without an operation. */
                operation?: string;
                /** @description A user's id or name. */
                user?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The world's past as a picture */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/svg+xml": string;
                };
            };
            400: components["responses"]["Error"];
            401: components["responses"]["Error"];
            403: components["responses"]["Error"];
        };
    };
    "transitions.list": {
        parameters: {
            query?: {
                /** @description How long to wait until nothing is under way; default: 1m. */
                timeout?: string;
                /** @description How long to wait, such as 10s, at most 1m; 'idle' for transitions. */
                wait?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Operations under way; with wait=idle it waits until nothing is under way that ends with time */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Transitions"];
                };
            };
            400: components["responses"]["Error"];
            401: components["responses"]["Error"];
            403: components["responses"]["Error"];
            408: components["responses"]["Error"];
            503: components["responses"]["Error"];
        };
    };
    "transitions.decide": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                transition_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Decision"];
            };
        };
        responses: {
            /** @description End a transition now, hold it, or release it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Transition"];
                };
            };
            400: components["responses"]["Error"];
            401: components["responses"]["Error"];
            403: components["responses"]["Error"];
            404: components["responses"]["Error"];
            413: components["responses"]["Error"];
        };
    };
    "worlds.fork": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Fork"];
            };
        };
        responses: {
            /** @description Make a world as another one is, or was */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Forked"];
                };
            };
            400: components["responses"]["Error"];
            401: components["responses"]["Error"];
            403: components["responses"]["Error"];
            409: components["responses"]["Error"];
            413: components["responses"]["Error"];
        };
    };
    "worlds.drop": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Error"];
            401: components["responses"]["Error"];
            403: components["responses"]["Error"];
        };
    };
}
