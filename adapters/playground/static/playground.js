// Live panes for the playground. Without this script every form and link works by itself; with it
// nothing that somebody has typed is lost when a pane changes.
"use strict";

const live = document.getElementById("live");
const drafts = new Map(); // data-draft -> what was typed and not yet sent

// --- bringing a pane up to date without touching what people are doing in it --------------------

/** The child of `parent`, at or after `cursor`, that stands for the same thing as `wanted`. */
function counterpart(cursor, wanted, keyed) {
  if (wanted.id) return keyed.get(wanted.id) ?? null;
  if (!cursor || cursor.nodeName !== wanted.nodeName || cursor.id) return null;
  return cursor;
}

function morphChildren(from, to) {
  const keyed = new Map();
  for (const child of from.children) if (child.id) keyed.set(child.id, child);
  const kept = new Set();
  for (const child of to.children) if (child.id) kept.add(child.id);
  let cursor = from.firstChild;
  for (const wanted of [...to.childNodes]) {
    while (cursor?.id && !kept.has(cursor.id)) {
      const gone = cursor;
      cursor = cursor.nextSibling;
      gone.remove();
    }
    const own = counterpart(cursor, wanted, keyed);
    if (own === null) {
      if (wanted.classList && wanted.id) wanted.classList.add("arrived");
      from.insertBefore(wanted, cursor);
      continue;
    }
    if (own === cursor) cursor = cursor.nextSibling;
    else from.insertBefore(own, cursor);
    morph(own, wanted);
  }
  while (cursor) {
    const gone = cursor;
    cursor = cursor.nextSibling;
    gone.remove();
  }
}

function morph(from, to) {
  if (from.nodeType !== Node.ELEMENT_NODE) {
    if (from.nodeValue !== to.nodeValue) from.nodeValue = to.nodeValue;
    return;
  }
  const draft = from.dataset.draft;
  for (const { name } of [...from.attributes]) {
    const opened = name === "open" && from.nodeName === "DETAILS";
    if (!to.hasAttribute(name) && !opened) from.removeAttribute(name);
  }
  for (const { name, value } of to.attributes) {
    if (from.getAttribute(name) !== value) from.setAttribute(name, value);
  }
  if (from.nodeName === "TEXTAREA") morphBox(from, to, draft);
  else morphChildren(from, to);
}

/** A box keeps what was typed into it as long as it is for the same draft as before. */
function morphBox(box, to, draft) {
  const same = to.dataset.draft === draft;
  const typed = box.value !== box.defaultValue;
  box.defaultValue = to.defaultValue;
  if (!same || !typed) box.value = drafts.get(to.dataset.draft) ?? to.defaultValue;
}

/** A new letter is read from its beginning; a short one then stands at the end of the log. */
function bringIntoView(letter) {
  const log = letter.closest(".scroll");
  const above = letter.getBoundingClientRect().top - log.getBoundingClientRect().top;
  log.scrollTop += above - 12;
}

/**
 * Put the panes of `html` into the page; panes older than those shown are left out. News from
 * elsewhere (`news`) does not take away what somebody was just told about their own form.
 */
function show(html, news) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  for (const pane of [...fresh.querySelectorAll("[data-pane]")]) {
    const own = document.getElementById(pane.id);
    if (Number(pane.dataset.version) < Number(own.dataset.version)) continue;
    const told = own.querySelector(".problems");
    if (news && told) pane.querySelector(".problems").replaceWith(told.cloneNode(true));
    morph(own, pane);
    own.querySelectorAll(".letter.arrived").forEach(bringIntoView);
  }
}

// --- sending forms and following links in place -------------------------------------------------

class Refused extends Error {}

let seen = location.search; // whose eyes the panes show

function state(name, words) {
  live.dataset.state = name;
  if (live.textContent !== words) live.textContent = words;
}

function connected() {
  if (stream?.readyState === EventSource.OPEN) state("live", "Live");
}

function lost(error) {
  const words = "Not connected. What you typed is kept; trying again…";
  state("away", error instanceof Refused ? error.message : words);
}

async function go(address, options, remember) {
  const response = await fetch(address, { ...options, headers: { Accept: "text/html" } });
  const html = await response.text();
  if (!response.headers.get("Content-Type")?.startsWith("text/html")) throw new Refused(html);
  if (response.ok) {
    const place = new URL(response.url);
    seen = place.search;
    const record = remember ? "pushState" : "replaceState";
    history[record](null, "", place.pathname + place.search + location.hash);
  }
  show(html, false);
  connected();
  return response.ok;
}

// One form or link after the other, in the order they were used; none of them rejects.
let turn = Promise.resolve();

function inTurn(act) {
  turn = turn.then(act);
}

function send(form, submitter) {
  const body = new URLSearchParams(new FormData(form));
  if (submitter?.name) body.set(submitter.name, submitter.value);
  const texts = takeDrafts(form);
  if (form.ariaBusy && texts.size === 0) return; // a second click
  form.ariaBusy = "true";
  // Not form.action: that is the button of this name, where there is one. And read now, before
  // the page is seen through somebody else's eyes.
  const address = form.getAttribute("action");
  inTurn(() => deliver(form, address, body, texts));
}

async function deliver(form, address, body, texts) {
  const home = form.closest("article")?.id;
  const before = focus();
  try {
    const done = await go(address, { method: "POST", body }, false);
    if (done && texts.size === 0) form.reset();
    if (done) form.closest("details")?.removeAttribute("open");
    settle(home, before);
  } catch (error) {
    for (const [key, text] of texts) giveBack(key, text);
    lost(error);
  } finally {
    form.ariaBusy = null;
  }
}

/** Empty the form's boxes at once, so that the next text can be typed while this one is sent. */
function takeDrafts(form) {
  const texts = new Map();
  for (const box of form.querySelectorAll("[data-draft]")) {
    texts.set(box.dataset.draft, box.value);
    drafts.delete(box.dataset.draft);
    box.value = "";
  }
  return texts;
}

function giveBack(key, text) {
  if (drafts.get(key)) return;
  drafts.set(key, text);
  const box = document.querySelector(`[data-draft="${CSS.escape(key)}"]`);
  if (box) box.value = text;
}

/** Where the keyboard is, and the box of an open form that wants it. */
function focus() {
  return { at: document.activeElement, asked: document.querySelector("[autofocus]") };
}

/**
 * Keep the keyboard at a form that opened, or at the card whose button is gone; but leave it to
 * somebody who went on to another box in the meantime.
 */
function settle(home, before) {
  const { at: now, asked } = focus();
  if (now !== before.at && now !== document.body) return;
  if (asked && asked !== before.asked) {
    asked.focus();
    asked.form.scrollIntoView({ block: "nearest" });
  } else if (home && now === document.body) {
    (document.getElementById(home) ?? document.getElementById("text"))?.focus();
  }
}

async function swap(address, home) {
  const before = focus();
  try {
    await go(address, {}, true);
    // A real jump, which :target and the history know of.
    const { hash } = new URL(address);
    if (hash.startsWith("#post-")) location.replace(hash);
    settle(home, before);
  } catch (error) {
    lost(error);
  }
}

document.addEventListener("submit", (event) => {
  event.preventDefault();
  send(event.target, event.submitter);
});

document.addEventListener("click", (event) => {
  if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const filled = event.target.closest("a[data-fill]");
  const swapped = event.target.closest("a[data-swap]");
  if (!filled && !swapped) return;
  event.preventDefault();
  if (filled) fill(document.getElementById("text"), filled.dataset.fill);
  else inTurn(() => swap(swapped.href, swapped.closest("article")?.id));
});

function fill(box, text) {
  box.value = text;
  drafts.set(box.dataset.draft, text);
  box.focus();
}

document.addEventListener("input", ({ target }) => {
  if (target.dataset.draft) drafts.set(target.dataset.draft, target.value);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  const form = event.target.nodeName === "TEXTAREA" && event.target.closest("form[data-keys]");
  if (!form) return;
  event.preventDefault();
  form.requestSubmit();
});

window.addEventListener("popstate", () => {
  if (location.search !== seen) inTurn(() => go(location.href, {}, false).catch(lost));
});

// --- live updates -------------------------------------------------------------------------------

const PANES = ["room", "notices", "moderators", "admins"];
const changed = new Set();
let fetching = false;

async function refresh(panes) {
  for (const pane of panes) changed.add(pane);
  if (fetching) return;
  fetching = true;
  try {
    while (changed.size) {
      const [pane] = changed;
      changed.delete(pane);
      const asked = seen;
      const response = await fetch(`/playground/panes/${pane}${asked}`);
      const html = await response.text();
      if (seen !== asked) changed.add(pane); // somebody else's eyes by now
      else if (response.ok) show(html, true);
    }
    connected();
  } catch {
    lost(); // the stream comes back by itself, and then every pane is fetched
  } finally {
    fetching = false;
  }
}

let stream = null;

function listen() {
  stream?.close();
  stream = new EventSource("/playground/events");
  stream.addEventListener("changed", ({ data }) => refresh(data.split(" ")));
  stream.addEventListener("open", () => refresh(PANES));
  stream.addEventListener("error", () => {
    lost();
    if (stream.readyState === EventSource.CLOSED) setTimeout(listen, 2000);
  });
}

// A hidden tab gives its connection back: a browser has only six for one server.
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") listen();
  else stream?.close();
});
listen();
