// The left column: what is hot on the wire, and why.

import { chip, counted, el, foreign, keep, link, moment } from "./dom.js";

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
  const { id, title, heat, draft } = story;
  return el("li", { class: "story" },
    el("p", { class: "line" }, chip(heat.phase, heat.phase), el("span", { class: "number" }, `#${id}`), moment(story.last_seen)),
    el("h3", {}, foreign(title)),
    bar(share, heat.score),
    reason(heat.reason),
    el("div", { class: "foot" },
      reports(story),
      draft == null
        ? el("button", { onclick: () => say(`make ${id}`) }, "Make a clip")
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

function reports({ items, outlets, heat }) {
  const parts = Object.entries(heat.parts ?? {});
  return el("details", {},
    el("summary", {}, `${counted(outlets.length, "outlet")}, ${counted(items.length, "report")}`),
    el("ul", {}, items.map((item) => el("li", {}, el("b", {}, foreign(item.outlet)), " ", link(item.url, item.title), " ", moment(item.seen)))),
    parts.length ? el("p", { class: "parts" }, `Heat ${heat.score.toFixed(1)}: `, parts.map(([name, value]) => `${name} ${value.toFixed(2)}`).join(" · ")) : null,
  );
}
