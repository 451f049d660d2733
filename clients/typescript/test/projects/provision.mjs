// Makes a share and waits for it. It asks again when there is no answer, and doesn't look whether the share is there.
const { OS_AUTH_URL, FAKEMANILA_URL, OS_USERNAME, OS_PASSWORD, OS_PROJECT_NAME } = process.env;

async function retried(url, options) {
  for (let left = 2; ; left--) {
    try {
      return await fetch(url, options);
    } catch (error) {
      if (left === 0) throw error;
    }
  }
}

const domain = { id: "default" };
const user = { name: OS_USERNAME, password: OS_PASSWORD, domain };
const login = await retried(`${OS_AUTH_URL}/auth/tokens`, {
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify({
    auth: {
      identity: { methods: ["password"], password: { user } },
      scope: { project: { name: OS_PROJECT_NAME, domain } },
    },
  }),
});
const answer = await retried(`${FAKEMANILA_URL}/v2/shares`, {
  method: "POST",
  headers: {
    "Content-Type": "application/json",
    "X-Auth-Token": login.headers.get("X-Subject-Token"),
    "X-OpenStack-Manila-API-Version": "2.65",
  },
  body: JSON.stringify({ share: { name: "db", size: 1, share_proto: "NFS" } }),
});
console.log(process.env.GREETING ?? "", answer.status);
