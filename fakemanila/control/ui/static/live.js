// Keeps the parts of a page marked data-live up to date: when something has happened, and not while nobody looks.

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

// The world tells when something happens; time, which passes by itself, is looked at once a second.
let dirty = true;
let told = null;

function listen() {
  told?.close();
  told = null;
  if (document.hidden) return; // a browser has few connections to one server, for all of its tabs
  dirty = true;
  const source = document.querySelector("link[type='text/event-stream']");
  if (!source || !document.querySelector("[data-live]")) return;
  told = new EventSource(source.href);
  for (const kind of ["request", "transition", "record", "fault", "clock", "world", "missed"]) {
    told.addEventListener(kind, () => { dirty = true; });
  }
}

async function keepUp() {
  for (let ticks = 0; ; ticks++) {
    await new Promise((done) => setTimeout(done, PERIOD / 4));
    if (document.hidden || !(dirty || ticks % 4 === 0)) continue;
    dirty = false;
    await refresh().catch(() => {}); // the server may be gone for a moment, or for good
  }
}

document.addEventListener("visibilitychange", listen);

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

// The form of a fault shows its rule as JSON; whoever writes there has the last word.
const composer = document.querySelector("[data-compose]");
composer?.addEventListener("input", (event) => {
  if (event.target.dataset.field) composer.querySelector("[data-rule]").value = compose();
});

function compose() {
  const said = {};
  for (const input of composer.querySelectorAll("[data-field]")) {
    const text = input.value.trim();
    if (text) said[input.dataset.field] = input.dataset.number === undefined ? text : parsed(text);
  }
  const rule = {};
  if (said.name) rule.name = said.name;
  if (said.preset) {
    const preset = said.preset.split(":<")[0];
    rule.preset = said.parameter ? `${preset}:${said.parameter}` : preset;
  }
  for (const [field, value] of Object.entries(said)) {
    const [part, name] = field.split(".");
    if (name) rule[part] = { ...rule[part], [name]: value };
  }
  if (said.effect) rule.do = { [said.effect]: parsed(said.effect_value ?? "true") };
  return JSON.stringify(rule, null, 2);
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

listen();
keepUp();
