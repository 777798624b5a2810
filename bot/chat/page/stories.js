// The left column: what is hot on the wire, and why.

import { chip, counted, draw, el, foreign, keep, link, moment } from "./dom.js";

/** Draw the stories; `say` sends a command, `open` shows a draft. */
export function drawStories(stories, { say, open }) {
  const hottest = Math.max(...stories.map((story) => story.heat.score), 1e-9);
  keep(
    document.querySelector("#stories .cards"),
    stories.map((story) => [
      `story-${story.id}`,
      { story, share: story.heat.score / hottest },
      (data) => card(data, say, open),
    ]),
  );
  document.querySelector("#stories .empty").hidden = stories.length > 0;
}

function card({ story, share }, say, open) {
  const { id, title, heat, draft, curve } = story;
  const told = Object.entries(story.drafts ?? {}); // by language, where channels speak several
  return el("li", { class: "story" },
    el("p", { class: "line" }, chip(heat.phase, heat.phase), el("span", { class: "number" }, `#${id}`), moment(story.last_seen)),
    el("h3", {}, foreign(title)),
    bar(share, heat.score),
    rise(curve),
    reason(heat.reason),
    el("div", { class: "foot" },
      reports(story),
      draft == null
        ? el("button", { onclick: () => say(`make ${id}`) }, "Make a clip")
        : told.length > 1
          ? told.map(([lang, number]) => el("button", { onclick: () => open(number) }, `Draft ${number} ${lang}`))
          : el("button", { onclick: () => open(draft) }, `Open draft ${draft}`)),
  );
}

/** Why it is hot: one clause a line, of which the last names the senses that heard of it. */
function reason(words) {
  return el("ul", { class: "reason", title: words }, words.split("; ").map((clause) => el("li", {}, clause)));
}

function bar(share, score) {
  const fill = el("span");
  fill.style.clipPath = `inset(0 ${100 - Math.round(100 * share)}% 0 0 round 3px)`;
  const label = `Heat ${score.toFixed(1)}`;
  return el("div", { class: "heat", role: "img", "aria-label": label, title: label }, fill);
}

/** How many outlets told it, step by step until now; the same in words for who cannot see it. */
function rise({ outlets, told, since, until }) {
  const most = Math.max(7, ...outlets); // as in chat: a step for each of the first seven
  const high = outlets.map((n) => 30 - (28 * n) / most);
  const line = high.map((y, i) => `${i ? "L" : "M"}${i} ${y}L${i + 1} ${y}`).join("");
  return el("figure", { class: "rise", title: told },
    draw("svg", { role: "img", "aria-label": `Rise: ${told}`, viewBox: `0 0 ${high.length} 31`, preserveAspectRatio: "none" },
      draw("path", { class: "under", d: `${line}V31H0Z` }),
      draw("path", { class: "line", d: line })),
    el("figcaption", { "aria-hidden": "true" }, `in ${Math.round((new Date(until) - new Date(since)) / 3600000)} h`));
}

function reports({ items, outlets, heat }) {
  const parts = Object.entries(heat.parts ?? {});
  return el("details", {},
    el("summary", {}, `${counted(outlets.length, "outlet")}, ${counted(items.length, "report")}`),
    el("ul", {}, items.map((item) => el("li", {}, el("b", {}, foreign(item.outlet)), " ", link(item.url, item.title), " ", moment(item.seen)))),
    parts.length ? el("p", { class: "parts" }, `Heat ${heat.score.toFixed(1)}: `, parts.map(([name, value]) => `${name} ${value.toFixed(2)}`).join(" · ")) : null,
  );
}
