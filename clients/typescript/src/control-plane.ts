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
        /** Save the world as it is, in the place of what has that name */
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
        /** Put the world back to what was saved */
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
        /** Set the time, or how fast it runs */
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
        /** Move the time forward and run what comes due */
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
        /** What clients did that hurts in a cloud */
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
        /** Say how long some operations take; null takes a delay away */
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
        /** What happens, as it happens */
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
        /** Take all rules away */
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
        /** Take a rule away */
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
        /** The named faults */
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
        /** Whether it runs, and which worlds there are */
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
        /** Counters of the world, as Prometheus reads them */
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
        /** The requests that rules hold, in the order in which they came; waits until so many are there */
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
        /** Let a held request go on, drop it, or answer it otherwise */
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
        /** The records of a kind, as they are kept; any attribute may be a filter */
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
        /** One record, as soon as its attributes are the ones said */
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
        /** What was asked of the world, oldest first */
        get: operations["requests.list"];
        put?: never;
        post?: never;
        /** Forget what was asked */
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
        /** What was asked, as curl commands */
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
        /** What was asked, as a HAR 1.2 archive */
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
        /** A test for pytest that asks the same again */
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
        /** One request, and why it was answered so; last is the newest one that was refused */
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
        /** Put the world back to its initial state */
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
        /** Do what a scenario says to the world as it is */
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
        /** Make the world what a document says, or tell what that would change */
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
        /** What is under way; with wait=idle as soon as nothing is that time ends */
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
        /** End a transition now, hold it, or let it go on */
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
        /** Forget a world; its next use finds it new */
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
            /** @description When the next of them comes due; null where time ends none. */
            next: string | null;
            /** @description UTC, such as 2026-01-01T00:00:00.000000 */
            now: string;
            /** @description Transitions under way. */
            pending: number;
            /** @description World seconds per second; 0 where it stands still. */
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
            /** @description When the next of them comes due; null where time ends none. */
            next: string | null;
            /** @description UTC, such as 2026-01-01T00:00:00.000000 */
            now: string;
            /** @description Transitions under way. */
            pending: number;
            /** @description World seconds per second; 0 where it stands still. */
            rate: number;
        };
        ClockChange: {
            /** @enum {unknown} */
            mode?: "real" | "manual";
            /** @description When the next of them comes due; null where time ends none. */
            next?: string | null;
            /** @description UTC, such as 2026-01-01T00:00:00.000000 */
            now?: string;
            /** @description Transitions under way. */
            pending?: number;
            /** @description World seconds per second; 0 where it stands still. */
            rate?: number;
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
            /** @description Done at the n-th read. */
            reads: number;
        };
        /**
         * @description By operation id, pattern of them, or default.
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
                /** @description One after another; all at once without it. */
                order?: ("arrival" | "reverse" | null) | components["schemas"]["Match"][];
            };
            /** @description What is left empty in the answer. */
            blank?: unknown;
            /** @example 2.65 */
            cap_microversion?: string;
            /** @description What is missing or wrong in the service catalog. */
            catalog?: unknown;
            /** @description An effect on the answer, once the request was carried out. */
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
        ExplainedRequest: {
            contract_warnings: string[];
            /** @description Seconds of the world's clock; 0 where that stands still. */
            duration: number;
            /** @description Why, in sentences. */
            explanation: string[];
            /** @description The names of the rules that fired. */
            faults: string[];
            /** @description Where rules held it. */
            held: components["schemas"]["Holding"][];
            id: string;
            /**
             * @description A path that no route knows; an operation that this release doesn't serve.
             * @enum {unknown}
             */
            mark: "unmatched" | "not_implemented" | null;
            method: string;
            microversion: string | null;
            /** @description null for a path that no route knows. */
            operation: string | null;
            path: string;
            project_id: string | null;
            project_name: string | null;
            query: {
                [key: string]: string;
            };
            /** @description null where nothing was refused. */
            refusal: components["schemas"]["Refusal"] | null;
            request: components["schemas"]["Message"];
            response: components["schemas"]["Message"];
            /** @description null or 0 where no answer was sent. */
            status: number | null;
            /** @description UTC, such as 2026-01-01T00:00:00.000000 */
            time: string;
            /** @description What it started. */
            transitions: components["schemas"]["Pending"][];
            user_id: string | null;
            user_name: string | null;
        };
        Fault: {
            do: components["schemas"]["Do"];
            /** @description Those of them that it did something to. */
            fired: number;
            id: string;
            match: components["schemas"]["Match"];
            /** @description Requests that met every condition of match. */
            matched: number;
            /** @description A test in which it never fires fails. */
            must_fire?: boolean;
            /** @description What the journal calls it. */
            name?: string | null;
            /** @description Requests that met every condition but one. */
            near_misses?: Record<string, unknown>[];
            /** @description One of GET /faults/presets. */
            preset?: string;
            when: components["schemas"]["When"];
        } & {
            [key: string]: unknown;
        };
        Faults: {
            faults: components["schemas"]["Fault"][];
        };
        Finding: {
            /** @description The User-Agent of the program. */
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
             * @description The world of the path unless given.
             * @example checkpoint:before
             * @example world:default
             */
            from?: string;
            /** @description Whether it takes the place of a world of that name. */
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
            /** @description When the next of them comes due; null where time ends none. */
            next: string | null;
            /** @description UTC, such as 2026-01-01T00:00:00.000000 */
            now: string;
            /** @description Transitions under way. */
            pending: number;
            /** @description World seconds per second; 0 where it stands still. */
            rate: number;
        };
        Health: {
            cacert: string | null;
            log_lines_dropped: number;
            max_microversion: string;
            min_microversion: string;
            /** @example 2025.1 */
            release: string;
            /** @constant */
            status: "ok";
            version: string;
            worlds: string[];
        };
        Holding: {
            /** @enum {unknown} */
            at: "arrival" | "answer";
            barrier?: {
                /** @description How many wait for each other. */
                count: number;
                /** @description How many have come. */
                there: number;
            };
            /**
             * @description How; full where it was not held at all.
             * @enum {unknown}
             */
            ended: "continue" | "drop" | "respond" | "max" | "all there" | "rule removed" | "reset" | "stop" | "full";
            /** @description The name of the rule. */
            fault: string;
            /** @description Of the world's clock; 0 where that stands still. */
            seconds: number;
        };
        /** @description As a state has it: schemas/records.json. */
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
            /** @description May have *, ? and […] in it. */
            path?: string;
            /** @description Id or name. */
            project?: string;
            resource?: {
                id?: string;
                metadata?: Record<string, unknown>;
                /** @description May have *, ? and […] in it. */
                name?: string;
            };
            role?: string;
            /** @description Id or name. */
            user?: string;
        };
        Message: {
            /** @description JSON, or text; null where there is none. Passwords and keys are masked. */
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
                /** @description How many wait for each other. */
                count: number;
                /** @description How many have come. */
                there: number;
            };
            /**
             * @description Where it was just decided on.
             * @enum {unknown}
             */
            ended?: "continue" | "drop" | "respond";
            /** @description What the journal calls that rule. */
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
            /** @description What would be sent; null at arrival. */
            response: components["schemas"]["Message"] | null;
            /** @description The id of the rule that holds it. */
            rule: string;
            /** @description UTC, such as 2026-01-01T00:00:00.000000 */
            since: string;
            /** @description Of the answer that would be sent; 0 where none would be, null at arrival. */
            status: number | null;
            /** @description By name. */
            user: string | null;
        };
        PausedRequests: {
            paused: components["schemas"]["PausedRequest"][];
        };
        Pending: {
            /** @description null where time doesn't end it. */
            due: string | null;
            held: boolean;
            id: string;
            operation: string;
            /** @description success, error, stuck, or a status. */
            outcome: string;
            /** @description The one that it is in; null where it has none. */
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
            /** @description The one that has ended; null where it has none. */
            phase: string | null;
            resource_id: string;
            resource_type: string;
            /** @description The record's from then on; null where it is gone. */
            status: string | null;
            /** @description UTC, such as 2026-01-01T00:00:00.000000 */
            time: string;
        } & {
            [key: string]: unknown;
        };
        Record: {
            record: components["schemas"]["Kept"] | null;
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
            /** @description What the caller had. */
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
            /** @description False where the field is missing. */
            sent: boolean;
            /** @description The microversion since which the field exists. */
            since: string | null;
            /** @description The last microversion that has the field. */
            until: string | null;
            /** @description What was sent; secrets are masked, long texts cut. */
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
            /** @description It does, but the caller doesn't see it. */
            exists: boolean;
            /** @description The policy rule that hides it. */
            hidden_by: string | null;
            id: string;
            /** @constant */
            kind: "not_found";
            /** @description Whose it is, where it exists. */
            project_id: string | null;
            resource_type: string;
        } | {
            call: string;
            /** @constant */
            kind: "not_implemented";
        } | {
            /** @description The answer was lost or replaced afterwards. */
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
            /** @description Seconds of the world's clock; 0 where that stands still. */
            duration: number;
            /** @description The names of the rules that fired. */
            faults: string[];
            /** @description Where rules held it. */
            held: components["schemas"]["Holding"][];
            id: string;
            /**
             * @description A path that no route knows; an operation that this release doesn't serve.
             * @enum {unknown}
             */
            mark: "unmatched" | "not_implemented" | null;
            method: string;
            microversion: string | null;
            /** @description null for a path that no route knows. */
            operation: string | null;
            path: string;
            project_id: string | null;
            project_name: string | null;
            query: {
                [key: string]: string;
            };
            /** @description null where nothing was refused. */
            refusal: components["schemas"]["Refusal"] | null;
            request: components["schemas"]["Message"];
            response: components["schemas"]["Message"];
            /** @description null or 0 where no answer was sent. */
            status: number | null;
            /** @description UTC, such as 2026-01-01T00:00:00.000000 */
            time: string;
            /** @description What it started. */
            transitions: components["schemas"]["Pending"][];
            user_id: string | null;
            user_name: string | null;
        };
        Requests: {
            requests: components["schemas"]["Request"][];
            /** @description How many there are, also without a limit. */
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
            /** @description A test in which it never fires fails. */
            must_fire?: boolean;
            /** @description What the journal calls it. */
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
        Transitions: {
            transitions: components["schemas"]["Pending"][];
        };
        When: {
            /** @description So many matching requests are let go first. */
            after?: number;
            /** @description World time since the rule was added, the end excluded; null for no end. */
            between?: (components["schemas"]["Duration"] | null)[];
            /** @description Only on every n-th request. */
            every?: number;
            probability?: number;
            sequence?: ("fail" | "succeed")[];
            /** @description It fires so often. */
            times?: number | null;
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
            /** @description Save the world as it is, in the place of what has that name */
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
            /** @description Put the world back to what was saved */
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
            /** @description Set the time, or how fast it runs */
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
            /** @description Move the time forward and run what comes due */
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
                /** @description Names of findings not to look for, with commas between them. */
                allow?: string;
                /** @description The clients are done; what is there is left. */
                ended?: "true" | "false";
                /** @description Names of findings to look for, with commas between them. */
                only?: string;
                /** @description Reads of what changes that come sooner are too fast; 1s. */
                poll_interval?: string;
                /** @description A time of the world's clock, or the id of the request before. */
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
            /** @description What clients did that hurts in a cloud */
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
            /** @description Say how long some operations take; null takes a delay away */
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
                /** @description checkpoint:NAME, world:NAME, or the name where only one has it. */
                from?: string;
                /** @description The same; the world as it is now unless given. */
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
                /** @description A stream, or a list of what there is by now. */
                format?: "sse" | "json";
                /** @description Kinds of events, with commas between; of a timeline's lanes, one kind. */
                kind?: string;
                /** @description A time of the world's clock, or the id of the request before. */
                since?: string;
                /** @description How long to wait for it, such as 10s, at most 1m; idle for transitions. */
                wait?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What happens, as it happens */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
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
            /** @description The named faults */
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
            /** @description Whether it runs, and which worlds there are */
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
            /** @description Counters of the world, as Prometheus reads them */
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
                /** @description So many are waited for; 1 unless said. */
                count?: number;
                /** @description The id or the name of a rule. */
                rule?: string;
                /** @description How long to wait for it, such as 10s, at most 1m; idle for transitions. */
                wait?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The requests that rules hold, in the order in which they came; waits until so many are there */
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
            /** @description Let a held request go on, drop it, or answer it otherwise */
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
            query?: never;
            header?: never;
            path: {
                kind: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The records of a kind, as they are kept; any attribute may be a filter */
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
                /** @description It is waited for that the record isn't there any more. */
                gone?: boolean;
                /** @description How long to wait for it, such as 10s, at most 1m; idle for transitions. */
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
            /** @description One record, as soon as its attributes are the ones said */
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
                /** @description So many are waited for; 1 unless said. */
                count?: number;
                /** @description A fault's name or a pattern of them; any, or none. */
                fault?: string;
                /** @description Only so many, the newest. */
                limit?: number;
                /** @description What nothing could be done with. */
                mark?: "unmatched" | "not_implemented";
                /** @description GET, POST, PUT, PATCH or DELETE. */
                method?: string;
                /** @description An operation's id or a pattern of them; none for no operation. */
                operation?: string;
                /** @description A path below the world's prefix, or a pattern of them. */
                path?: string;
                /** @description A project's id or name. */
                project?: string;
                /** @description A time of the world's clock, or the id of the request before. */
                since?: string;
                /** @description 413, 4xx, or none for no answer. */
                status?: string;
                /** @description A user's id or name. */
                user?: string;
                /** @description How long to wait for it, such as 10s, at most 1m; idle for transitions. */
                wait?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked of the world, oldest first */
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
                /** @description A fault's name or a pattern of them; any, or none. */
                fault?: string;
                /** @description Only so many, the newest. */
                limit?: number;
                /** @description What nothing could be done with. */
                mark?: "unmatched" | "not_implemented";
                /** @description GET, POST, PUT, PATCH or DELETE. */
                method?: string;
                /** @description An operation's id or a pattern of them; none for no operation. */
                operation?: string;
                /** @description A path below the world's prefix, or a pattern of them. */
                path?: string;
                /** @description A project's id or name. */
                project?: string;
                /** @description A time of the world's clock, or the id of the request before. */
                since?: string;
                /** @description 413, 4xx, or none for no answer. */
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
            /** @description What was asked, as curl commands */
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
                /** @description A fault's name or a pattern of them; any, or none. */
                fault?: string;
                /** @description Only so many, the newest. */
                limit?: number;
                /** @description What nothing could be done with. */
                mark?: "unmatched" | "not_implemented";
                /** @description GET, POST, PUT, PATCH or DELETE. */
                method?: string;
                /** @description An operation's id or a pattern of them; none for no operation. */
                operation?: string;
                /** @description A path below the world's prefix, or a pattern of them. */
                path?: string;
                /** @description A project's id or name. */
                project?: string;
                /** @description A time of the world's clock, or the id of the request before. */
                since?: string;
                /** @description 413, 4xx, or none for no answer. */
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
            /** @description What was asked, as a HAR 1.2 archive */
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
                /** @description A fault's name or a pattern of them; any, or none. */
                fault?: string;
                /** @description Only so many, the newest. */
                limit?: number;
                /** @description What nothing could be done with. */
                mark?: "unmatched" | "not_implemented";
                /** @description GET, POST, PUT, PATCH or DELETE. */
                method?: string;
                /** @description An operation's id or a pattern of them; none for no operation. */
                operation?: string;
                /** @description A path below the world's prefix, or a pattern of them. */
                path?: string;
                /** @description A project's id or name. */
                project?: string;
                /** @description A time of the world's clock, or the id of the request before. */
                since?: string;
                /** @description 413, 4xx, or none for no answer. */
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
            /** @description A test for pytest that asks the same again */
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
            /** @description One request, and why it was answered so; last is the newest one that was refused */
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
            /** @description Put the world back to its initial state */
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
            /** @description Do what a scenario says to the world as it is */
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
                /** @description true changes nothing, and tells what would. */
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
            /** @description Make the world what a document says, or tell what that would change */
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
                /** @description Kinds of events, with commas between; of a timeline's lanes, one kind. */
                kind?: string;
                /** @description A part of the name of the resources to be drawn, or an id. */
                name?: string;
                /** @description An operation's id or a pattern of them; none for no operation. */
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
                /** @description How long to wait until nothing is under way; 1m unless said. */
                timeout?: string;
                /** @description How long to wait for it, such as 10s, at most 1m; idle for transitions. */
                wait?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What is under way; with wait=idle as soon as nothing is that time ends */
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
            /** @description End a transition now, hold it, or let it go on */
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
