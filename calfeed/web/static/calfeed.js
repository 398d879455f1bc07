// Small comforts.  Every page is whole without this file.
const words = document.currentScript.dataset;

// Listens on the document, so that what comes into a page later is served too.
const on = (type, selector, act) => document.addEventListener(type, (event) => {
  const met = event.target.closest(selector);
  if (met) act(met, event);
});

// The clock of the visitor beside that of the group, where they differ.
const hour = { hour: "numeric", minute: "2-digit" };
const told = (moment, form) => moment.toLocaleString(document.documentElement.lang, form);
function translate(clock) {
  const written = clock.parentElement.querySelector("time").dateTime;
  const [, day, ahead] = /^(.+)T.+([+-]\d\d:\d\d)$/.exec(written) ?? [];
  if (!ahead) return;
  const start = new Date(written);
  const offset = (ahead[0] === "-" ? -1 : 1) * (60 * ahead.slice(1, 3) + +ahead.slice(4));
  if (-start.getTimezoneOffset() === offset) return;
  const here = new Date(start.getTime() - start.getTimezoneOffset() * 60000).toISOString().slice(0, 10);
  const yours = document.createElement("span");
  yours.className = "yours";
  yours.textContent = words.yours.replace("{}", told(start, here === day ? hour : { ...hour, weekday: "short" }));
  clock.append(" ", yours);
}

// What a page gains when it arrives, and a part of it that is replaced.
function furnish(part) {
  part.querySelectorAll(".when .clock").forEach(translate);
  part.querySelectorAll(".address button").forEach((button) => { button.hidden = !navigator.clipboard; });
}

// Copying is there where the browser can; elsewhere the address is selected by hand.
on("focusin", ".address input", (field) => field.select());
on("click", ".address button", async (button) => {
  const field = button.previousElementSibling;
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    field.focus();
    return;
  }
  const label = (button.dataset.label ??= button.textContent);
  button.textContent = words.copied;
  setTimeout(() => { button.textContent = label; }, 2000);
});

// A list narrows while one types.
const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
on("input", "[data-narrows]", (field) => {
  const asked = plain(field.value).split(/\s+/);
  for (const item of document.getElementById(field.dataset.narrows).children) {
    const text = plain(item.textContent);
    item.hidden = !asked.every((word) => text.includes(word));
  }
});

// A form shows what it yields at once: the same page is asked for, and the parts that it names taken over.
let latest;
async function show(form, event) {
  event.preventDefault();
  const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value)).toString();
  const page = latest = form.action + (query && `?${query}`);
  try {
    const fresh = new DOMParser().parseFromString(await (await fetch(page)).text(), "text/html");
    if (page !== latest) return;
    for (const id of form.dataset.live.split(" ")) {
      const part = document.getElementById(id);
      part.replaceChildren(...fresh.getElementById(id).childNodes);
      furnish(part);
    }
    history.replaceState(null, "", page);
  } catch {
    location.assign(page);
  }
}
on("change", "[data-live]", show);
on("submit", "[data-live]", show);

// An address may lead right to a dialog: "#subscribe".
function open() {
  const named = document.getElementById(location.hash.slice(1));
  if (named?.popover) named.showPopover();
}
addEventListener("hashchange", open);
addEventListener("toggle", ({ target, newState }) => { if (newState === "open" && target.popover) target.focus(); }, true);

document.querySelectorAll(".finder").forEach((finder) => { finder.hidden = false; });
document.querySelectorAll("[data-live] [type=submit]").forEach((button) => { button.hidden = true; });
furnish(document);
open();
