import { randomUUID } from "node:crypto";
import { AbstractStartedContainer, GenericContainer, type StartedTestContainer, Wait } from "testcontainers";
import { FakeManila } from "./fake-manila.js";

const PORT = 8786;

/** A Testcontainers container of the fakemanila image. */
export class FakeManilaContainer extends GenericContainer {
  #controlToken: string = randomUUID();

  constructor(image: string) {
    super(image);
    this.withExposedPorts(PORT).withWaitStrategy(
      Wait.forAll([Wait.forLogMessage(/fakemanila ready url=/), Wait.forHttp("/healthcheck", PORT)]),
    );
  }

  /** Sets the token that the control plane requires. Default: a random one. */
  withControlToken(controlToken: string): this {
    this.#controlToken = controlToken;
    return this;
  }

  /** Starts the container, and resolves when Manila answers. */
  override async start(): Promise<StartedFakeManilaContainer> {
    this.withEnvironment({ FAKEMANILA_CONTROL_TOKEN: this.#controlToken });
    return new StartedFakeManilaContainer(await super.start(), this.#controlToken);
  }
}

/** A running fakemanila container. */
export class StartedFakeManilaContainer extends AbstractStartedContainer {
  readonly #controlToken: string;

  constructor(container: StartedTestContainer, controlToken: string) {
    super(container);
    this.#controlToken = controlToken;
  }

  /** Returns the address of the server, as seen from this machine. */
  getUrl(): string {
    const host = this.getHost();
    return `http://${host.includes(":") ? `[${host}]` : host}:${this.getMappedPort(PORT)}`;
  }

  /** Returns the address of Keystone, where clients log in. */
  getAuthUrl(): string {
    return `${this.getUrl()}/identity/v3`;
  }

  /** Returns the token of the control plane. */
  getControlToken(): string {
    return this.#controlToken;
  }

  /** Connects to the server in the container. */
  attach(): Promise<FakeManila> {
    return FakeManila.attach(this.getUrl(), { controlToken: this.#controlToken });
  }
}
