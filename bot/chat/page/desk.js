// The desk: follows the newsroom, draws what changed, and carries commands to it.

import { drawDrafts } from "./drafts.js";
import { el, marked, moment, plain, retime } from "./dom.js";
import { drawStories } from "./stories.js";

const $ = (query) => document.querySelector(query);
const desk = { stories: [], drafts: [], shown: null, since: 0, log: 0, csrf: "", wake: null };

// --- talking to the daemon ---

class Told extends Error {} // the daemon answered, and said no

async function ask(path, body) {
  const options = body && {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRF-Token": desk.csrf },
    body: JSON.stringify(body),
  };
  const answer = await fetch(path, options || { cache: "no-store" });
  if (answer.status === 401) location.assign("/login");
  const value = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Told(value.error ?? `The desk answered ${answer.status}: its log says why.`);
  return value;
}

async function read() {
  const [{ stories }, { drafts }] = await Promise.all([ask("/api/stories"), ask("/api/drafts")]);
  Object.assign(desk, { stories, drafts });
  draw();
}

/** Follow the newsroom for as long as the page is open. */
async function follow() {
  for (let wait = 1; ; ) {
    try {
      const { user, csrf } = await ask("/api/session");
      desk.csrf = csrf;
      $("#user").textContent = plain(user);
      for (desk.since = 0; ; ) {
        await read();
        lost(null);
        wait = 1;
        let news;
        do {
          news = await ask(`/api/changes?since=${desk.since}&log=${desk.log}`);
          news.messages.forEach(hear);
        } while (news.version === desk.since);
        desk.since = news.version;
      }
    } catch (error) {
      lost(`${error instanceof Told ? error.message : "The desk does not answer: is the bot running?"} Trying again in ${wait} s.`);
      await new Promise((resolve) => { desk.wake = resolve; setTimeout(resolve, 1000 * wait); });
      wait = Math.min(2 * wait, 15);
    }
  }
}

function lost(message) {
  $("#banner").hidden = !message;
  $("#banner p").textContent = plain(message);
  $("#live").textContent = message ? "offline" : "live";
  $("#live").dataset.live = message ? "off" : "on";
}

// --- the log ---

/** Send a command; its reply goes to the log. The same id may be sent again: it is heard once. */
async function say(text, id = `${Date.now()}-${Math.random().toString(36).slice(2)}`) {
  note("you", text);
  try {
    const { reply } = await ask("/api/command", { text, id });
    note("desk", reply);
  } catch (error) {
    const why = error instanceof Told ? error.message : "The desk did not answer.";
    note("fault", why, [["Send again", () => say(text, id)]]);
  }
}

/** Show what the desk says; a later message with the same slot takes the place of the earlier one. */
function hear({ number, at, text, draft, buttons, marks, slot }) {
  desk.log = number;
  const presses = buttons.map(([label, command]) => [label, () => say(command)]);
  if (draft != null) presses.unshift([`Open draft ${draft}`, () => open(draft)]);
  note("desk", text, presses, at, marks, slot);
}

function note(who, text, presses = [], at = new Date().toISOString(), marks = [], slot = "") {
  const log = $("#log");
  const line = el("li", { class: who, "data-slot": slot || null },
    el("span", { class: "who" }, who === "you" ? "You" : "Desk"),
    marked(text, marks, { class: "text" }),
    el("span", { class: "line" }, presses.map(([label, press]) => el("button", { class: "quiet", onclick: press }, label)), moment(at)));
  const earlier = slot && [...log.children].find((other) => other.dataset.slot === slot);
  if (earlier) return earlier.replaceWith(line);
  log.append(line);
  while (log.children.length > 300) log.firstChild.remove();
  log.lastChild.scrollIntoView({ block: "nearest" });
}

const said = []; // commands typed so far, for the arrow keys

function listen() {
  const field = $("#text");
  let place = 0;
  $("#command").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = field.value.trim();
    if (!text) return;
    place = said.push(text);
    field.value = "";
    say(text);
  });
  field.addEventListener("keydown", (event) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step || !said.length) return;
    event.preventDefault();
    place = Math.max(0, Math.min(said.length, place + step));
    field.value = said[place] ?? "";
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.target.matches("input, textarea")) return;
    event.preventDefault();
    show("desk");
    field.focus();
  });
}

// --- the page ---

function draw() {
  drawStories(desk.stories, { say, open });
  desk.shown = drawDrafts(desk.drafts, Number(location.hash.slice(1)) || desk.shown, { say, open });
  const waiting = desk.drafts.filter(({ state }) => state === "offered").length;
  document.title = waiting ? `(${waiting}) Wirereel desk` : "Wirereel desk";
}

function open(draft) {
  location.hash = draft;
  show("drafts");
  $("#drafts").scrollTop = 0;
}

/** On a narrow screen one room is seen at a time. */
function show(room) {
  document.body.dataset.room = room;
  for (const tab of document.querySelectorAll("#rooms button")) {
    tab.setAttribute("aria-current", tab.dataset.room === room ? "page" : "false");
  }
  $("#log").lastChild?.scrollIntoView({ block: "nearest" });
}

function unfold(event) {
  const open = document.body.classList.toggle("unfolded");
  event.target.setAttribute("aria-expanded", open);
  event.target.textContent = open ? "Fold the log" : "Show the log";
  $("#log").lastChild?.scrollIntoView({ block: "nearest" });
}

async function leave() {
  await ask("/logout", {});
  location.assign("/login");
}

$("#unfold").addEventListener("click", unfold);
$("#leave").addEventListener("click", leave);
$("#again").addEventListener("click", () => desk.wake?.());
$("#rooms").addEventListener("click", ({ target }) => target.dataset.room && show(target.dataset.room));
addEventListener("hashchange", draw);
addEventListener("focusout", () => setTimeout(draw)); // what waited for someone to stop typing
setInterval(retime, 20000);
listen();
show("drafts");
follow();
