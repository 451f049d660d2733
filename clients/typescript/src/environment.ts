/** The built-in users and the projects in which they work. */
const PROJECTS: Readonly<Record<string, string>> = {
  admin: "admin",
  demo: "demo",
  demo_manager: "demo",
  demo_reader: "demo",
  demo_admin: "demo",
  alt_demo: "alt_demo",
  alt_demo_reader: "alt_demo",
};

export interface Login {
  /** The built-in user's own project unless given. */
  project?: string;
  /** `"secret"`, that of the built-in users, unless given. */
  password?: string;
}

/** What OpenStack's clients read in their environment, and fakemanila's own commands. */
export function environment(url: string, user: string, { project = PROJECTS[user], password = "secret" }: Login) {
  if (project === undefined) {
    throw new RangeError(
      `'${user}' is not a built-in user; there are ${Object.keys(PROJECTS).join(", ")}; or name a project`,
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

/** What to reach without a proxy: the host, under every name where it is this machine. */
function hosts(url: string): string[] {
  const { hostname } = new URL(url);
  const loopback = hostname === "localhost" || hostname === "[::1]" || hostname.startsWith("127.");
  return loopback ? [...new Set([hostname, "127.0.0.1", "localhost"])] : [hostname];
}
