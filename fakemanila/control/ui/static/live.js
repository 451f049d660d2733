// Keeps the parts of a page marked data-live up to date: once a second, and not while nobody looks.

const PERIOD = 1000;

async function refresh() {
  const answer = await fetch(location.href, { credentials: "same-origin" });
  if (!answer.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const old of document.querySelectorAll("[data-live]")) {
    const fresh = page.getElementById(old.id);
    if (fresh && fresh.innerHTML !== old.innerHTML) replace(old, fresh);
  }
}

// Whoever is about to press a button or to read what they opened goes on with that.
function replace(old, fresh) {
  const focused = old.contains(document.activeElement) ? document.activeElement.id : "";
  const open = [...old.querySelectorAll("details[open][id]")].map((details) => details.id);
  old.innerHTML = fresh.innerHTML;
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

async function keepUp() {
  while (true) {
    await new Promise((done) => setTimeout(done, PERIOD));
    if (document.hidden) continue;
    await refresh().catch(() => {}); // the server may be gone for a moment, or for good
  }
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.querySelector(button.dataset.copy);
  const said = document.getElementById("copied");
  try {
    await navigator.clipboard.writeText(source.textContent);
    said.textContent = "Copied";
  } catch {
    getSelection().selectAllChildren(source);
    said.textContent = "Selected; copy it with the keyboard";
  }
});

keepUp();
