import { randomUUID } from "node:crypto";
import { AbstractStartedContainer, GenericContainer, type StartedTestContainer, Wait } from "testcontainers";
import { FakeManila } from "./fake-manila.js";

const PORT = 8786;

/** A container of fakemanila's image. */
export class FakeManilaContainer extends GenericContainer {
  #controlToken: string = randomUUID();

  constructor(image: string) {
    super(image);
    this.withExposedPorts(PORT).withWaitStrategy(
      Wait.forAll([Wait.forLogMessage(/fakemanila ready url=/), Wait.forHttp("/healthcheck", PORT)]),
    );
  }

  /** What the control plane wants to see; made up unless given. */
  withControlToken(controlToken: string): this {
    this.#controlToken = controlToken;
    return this;
  }

  override async start(): Promise<StartedFakeManilaContainer> {
    this.withEnvironment({ FAKEMANILA_CONTROL_TOKEN: this.#controlToken });
    return new StartedFakeManilaContainer(await super.start(), this.#controlToken);
  }
}

/** A container whose server accepts connections. */
export class StartedFakeManilaContainer extends AbstractStartedContainer {
  readonly #controlToken: string;

  constructor(container: StartedTestContainer, controlToken: string) {
    super(container);
    this.#controlToken = controlToken;
  }

  /** Manila's address, as this machine reaches it. */
  getUrl(): string {
    const host = this.getHost();
    return `http://${host.includes(":") ? `[${host}]` : host}:${this.getMappedPort(PORT)}`;
  }

  /** Keystone's. */
  getAuthUrl(): string {
    return `${this.getUrl()}/identity/v3`;
  }

  getControlToken(): string {
    return this.#controlToken;
  }

  /** The server, to be told what to do. */
  attach(): Promise<FakeManila> {
    return FakeManila.attach(this.getUrl(), { controlToken: this.#controlToken });
  }
}
