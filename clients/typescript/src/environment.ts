/** The projects of the built-in users. */
const PROJECTS: Readonly<Record<string, string>> = {
  admin: "admin",
  demo: "demo",
  demo_manager: "demo",
  demo_reader: "demo",
  demo_admin: "demo",
  alt_demo: "alt_demo",
  alt_demo_reader: "alt_demo",
};

/** Options of `World.env`. */
export interface Login {
  /** The name of the project. Default: the project of the built-in user. */
  project?: string;
  /** Default: `"secret"`, the password of all built-in users. */
  password?: string;
}

/** Returns the environment variables that OpenStack clients and the fakemanila commands read. */
export function environment(url: string, user: string, { project = PROJECTS[user], password = "secret" }: Login) {
  if (project === undefined) {
    throw new RangeError(
      `'${user}' is not a built-in user (${Object.keys(PROJECTS).join(", ")}); set 'project' for other users`,
    );
  }
  const direct = hosts(url).join(",");
  return {
    OS_AUTH_URL: `${url}/identity/v3`,
    OS_AUTH_TYPE: "password",
    OS_IDENTITY_API_VERSION: "3",
    OS_USERNAME: user,
    OS_PASSWORD: password,
    OS_PROJECT_NAME: project,
    OS_USER_DOMAIN_ID: "default",
    OS_PROJECT_DOMAIN_ID: "default",
    OS_REGION_NAME: "RegionOne",
    FAKEMANILA_URL: url,
    no_proxy: direct,
    NO_PROXY: direct,
  };
}

/** Returns the hosts to reach without a proxy. For this machine these are all of its loopback names. */
function hosts(url: string): string[] {
  const { hostname } = new URL(url);
  const loopback = hostname === "localhost" || hostname === "[::1]" || hostname.startsWith("127.");
  return loopback ? [...new Set([hostname, "127.0.0.1", "localhost"])] : [hostname];
}
