// The centre: the strip of drafts, and one draft to judge with the clip beside its sources.

import { chip, counted, el, foreign, keep, link, moment } from "./dom.js";

const STATES = {
  wanted: "asked for",
  written: "written",
  rendered: "rendered",
  offered: "waiting for you",
  approved: "approved",
  posted: "posted",
  rejected: "rejected",
  parked: "parked",
  dropped: "dropped",
};
const OUT = ["approved", "posted"];
const SENT = ["committing", "unknown", "asked", "done"];
const EDITABLE = ["written", "rendered", "offered", "parked"];
const STAGES = {
  write: "writing",
  repair: "mending what the check found",
  voice: "speaking",
  preview: "drawing a preview",
  generate: "generating shots",
  draw: "drawing and encoding the full clip",
  sound: "mixing",
  check: "measuring the clip",
  clean: "once more, without the logo",
};
const FIELDS = { title: "Title", caption: "Text", tags: "Hashtags", alt: "Alt text" };
const MARKS = { supported: "✓", "one outlet": "!", foreign: "⇄", disputed: "≠", contradicted: "✕", "not found": "?" };
const COMPARED = ["contradicted", "disputed", "foreign"]; // told with the sentence to compare with

/**
 * Draw the strip and the chosen draft, else the first that waits; answer the one that is shown.
 * `say` sends a command, `open` shows another draft.
 */
export function drawDrafts(drafts, chosen, { say, open }) {
  const shown = drafts.find(({ id }) => id === chosen) ?? drafts.find(({ state }) => state === "offered") ?? drafts[0];
  const strip = document.querySelector("#drafts .strip");
  const before = strip.querySelector("[aria-current]");
  keep(
    strip,
    drafts.map((draft) => [
      `frame-${draft.id}`,
      { id: draft.id, title: draft.title, state: draft.state, clip: draft.clip && draft.rev, current: draft === shown },
      (data) => frame(data, open),
    ]),
  );
  const now = strip.querySelector("[aria-current]");
  if (now !== before) now?.scrollIntoView({ block: "nearest", inline: "center" });
  document.querySelector("#drafts .empty").hidden = drafts.length > 0;
  keep(document.querySelector("#draft"), shown ? parts(shown, say) : []);
  return shown?.id;
}

const file = (id, name, rev) => `/drafts/${id}/clip/${name}?rev=${encodeURIComponent(rev)}`;

function frame({ id, title, state, clip, current }, open) {
  return el("li", {},
    el("button", { class: "frame", "aria-current": current ? "true" : null, onclick: () => open(id) },
      clip ? el("img", { src: file(id, "cover", clip), alt: "", loading: "lazy" }) : el("span", { class: "blank" }),
      el("span", { class: "words" },
        el("span", { class: "line" }, chip(state, STATES[state] ?? state), el("span", { class: "number" }, id)),
        foreign(title, { class: "title" }))));
}

/** One draft as parts that change each for itself: approving must not stop the clip. */
function parts(draft, say) {
  const { id, rev, state, script, texts = [], clip, preview, check, channels, grounding, progress, warnings, generated = [], ready, decision } = draft;
  const about = { id, title: draft.title, why: draft.why, by: draft.asked_by, at: draft.made_at, state, rev, lang: draft.lang };
  const known = [
    ["head", about, head],
    state === "offered" && ["choice", { id, rev, faults: faults(draft) }, (data) => choice(data, say)],
    decision && ["decision", decision, decided],
    ["parked", "dropped"].includes(state) && ["retry", id, () => retry(id, say)],
    progress && ["progress", progress, working],
    warnings.length && ["warnings", warnings, warned],
    !clip && preview && ["preview", { id, preview }, teaser],
    clip && ["clip", { id, rev, clip, lang: script?.lang }, player],
    (generated.length || ready) && ["generated", { generated, ready }, shots],
    script && ["script", { id, script, open: EDITABLE.includes(state), grounding }, (data) => told(data, say)],
    texts.length && ["texts", texts, beside],
    channels.length && ["channels", { id, channels }, (data) => posted(data, say)],
    OUT.includes(state) && channels.some(({ what, state }) => !what && SENT.includes(state)) && ["after", id, () => afterwards(id, say)],
    check && ["check", check, checked],
  ];
  return known.filter(Boolean).map(([key, data, build]) => [`${key}-${id}`, data, build]);
}

const faults = ({ grounding, check }) =>
  (grounding?.problems ?? 0) + (check?.checks ?? []).filter(({ ok }) => !ok).length;

function head({ id, title, why, by, at, state, rev, lang }) {
  return el("header", {},
    el("p", { class: "line" }, chip(state, STATES[state] ?? state), el("span", { class: "number" }, `Draft ${id}`), lang ? el("span", { class: "number" }, lang) : null, rev ? el("code", {}, rev) : null),
    el("h3", {}, foreign(title)),
    el("p", { class: "hint" }, why ? [foreign(why), " · "] : null, by ? `asked by ${by} · ` : null, moment(at)));
}

function choice({ id, rev, faults }, say) {
  const reason = el("input", { id: `why-${id}`, required: true, maxlength: 500, placeholder: "What is wrong with it?" });
  const form = el("form", { class: "why", hidden: true, onsubmit: (event) => { event.preventDefault(); say(`reject ${id} ${reason.value}`); } },
    el("label", { for: reason.id }, "Reason"), reason,
    el("button", { class: "stop" }, "Reject it"),
    el("button", { type: "button", class: "quiet", onclick: () => { form.hidden = true; } }, "Keep it"));
  const approve = faults ? `Approve with ${counted(faults, "problem")}` : "Approve";
  return el("div", { class: "choice" },
    el("button", { class: "go", onclick: () => say(`approve ${id} ${rev}`) }, approve),
    el("button", { class: "stop", onclick: () => { form.hidden = false; reason.focus(); } }, "Reject …"),
    form);
}

function decided({ what, by, at, reason }) {
  return el("p", { class: "note" }, el("b", {}, what), ` by ${by} `, moment(at), reason ? [": ", foreign(reason)] : null);
}

function retry(id, say) {
  return el("div", { class: "choice" }, el("button", { onclick: () => say(`retry ${id}`) }, "Try again"));
}

function working({ stage, part, whole = part }) {
  return el("div", { class: "progress" },
    el("label", {}, el("span", {}, STAGES[stage] ?? stage), el("progress", { max: 1, value: whole })),
    el("output", {}, `${Math.round(100 * whole)} %`));
}

function warned(warnings) {
  return el("ul", { class: "warnings", "aria-label": "Warnings" }, warnings.map((text) => el("li", {}, foreign(text))));
}

/** The small clip: it plays at once, silently as browsers ask for, until the full one takes its place. */
function teaser({ id, preview }) {
  const src = `/drafts/${id}/preview/video?of=${encodeURIComponent(preview)}`;
  const video = el("video", { controls: true, playsinline: true, autoplay: true, muted: true, loop: true, src });
  video.muted = true; // the attribute alone does not mute what was made by a script
  return el("figure", { class: "clip preview" }, video,
    el("figcaption", {}, chip("emerging", "preview"), "The full clip follows; it is the one to approve."));
}

function player({ id, rev, clip, lang }) {
  return el("figure", { class: "clip" },
    el("video", { controls: true, playsinline: true, preload: "metadata", src: file(id, "video", rev), poster: file(id, "cover", rev) },
      el("track", { kind: "captions", label: "Captions", srclang: lang || "en", src: file(id, "vtt", rev) })),
    el("figcaption", {}, `${clip.seconds.toFixed(1)} s`,
      [["video", "MP4", "mp4"], clip.clean && ["clean", "MP4 without logo", "mp4"], ["srt", "SRT", "srt"], ["vtt", "VTT", "vtt"], ["sources", "Sources", "json"]].filter(Boolean).map(([name, label, end]) =>
        el("a", { href: file(id, name, rev), download: `draft-${id}-${name}.${end}` }, label))));
}

const PICTURES = { diffusers: "a film", stills: "a still", photo: "a photo", footage: "footage", cards: "a card" };

/** What became of each shot that a model was to make, and whether the clip was there in time. */
function shots({ generated, ready }) {
  const made = generated.filter(({ preset }) => preset).length;
  const verdict = generated.length && chip(made === generated.length ? "good" : "unknown", `${made} of ${generated.length} made`);
  return el("details", { class: "check generated" },
    el("summary", {}, generated.length ? "Generated shots" : "Time", verdict || null, ready ? el("span", { class: "hint" }, ready) : null),
    generated.length ? el("table", {},
      el("thead", {}, el("tr", {}, ["Shot", "Shown", "Model", "Seconds", "Why"].map((name) => el("th", { scope: "col" }, name)))),
      el("tbody", {}, generated.map(({ name, became, wished, model, preset, seconds = {}, found, reasons = [], stepped = [] }) =>
        el("tr", { class: became === wished ? null : "bad" },
          el("th", { scope: "row" }, name), el("td", {}, PICTURES[became] ?? became),
          el("td", {}, preset ? `${model} (${preset})` : ""),
          el("td", {}, found ? "made before" : Object.entries(seconds).map(([stage, s]) => `${stage} ${s.toFixed(1)}`).join(", ")),
          el("td", {}, foreign([...reasons, ...stepped].join("; ")))))))
      : null);
}

function told({ id, script, open, grounding }, say) {
  const { problems = 0, disputes = 0, foreign: abroad = 0, claims: all = 0 } = grounding ?? {};
  const verdict = [problems ? `${problems} of ${counted(all, "claim")} not backed` : `${counted(all, "claim")} checked`,
    disputes && `${disputes} disputed`, abroad && `${abroad} to compare`].filter(Boolean).join(" · ");
  return el("section", { class: "script", lang: script.lang || null },
    el("h4", {}, "Script", chip(problems ? "bad" : disputes || abroad ? "unknown" : "good", verdict),
      el("span", { class: "hint" }, [script.format, script.tone, script.lang, script.written].filter(Boolean).join(" · "))),
    el("ol", { class: "beats" }, script.beats.map((beat, i) => spoken(id, beat, i + 1, open, say))),
    el("div", { class: "caption" }, el("h4", {}, "Text beside the clip"), el("p", {}, foreign(script.caption)),
      claims(script.beside ?? []),
      script.hashtags.length ? el("p", { class: "tags" }, script.hashtags.map((tag) => `#${tag.replace(/^#/, "")}`).join(" ")) : null),
    script.notes.length ? el("ul", { class: "notes" }, script.notes.map((note) => el("li", {}, note))) : null);
}

function spoken(id, { line, cites, findings }, number, open, say) {
  const words = el("p", { class: "said" }, foreign(line));
  const left = el("div", { class: "left" }, words);
  const edit = el("button", { class: "quiet", "aria-label": `Edit line ${number}`, onclick: () => left.replaceChildren(editor()) }, "Edit");
  const back = () => { left.replaceChildren(words, edit); edit.focus(); };
  const editor = () => {
    const field = el("textarea", { rows: 3, maxlength: 600, "aria-label": `Line ${number}` });
    field.value = line;
    const form = el("form", {
      class: "edit",
      onsubmit: async (event) => {
        event.preventDefault();
        const fresh = field.value.replace(/\s+/g, " ").trim();
        if (fresh && fresh !== line) await say(`edit ${id} line ${number}: ${fresh}`);
        back();
      },
      onkeydown: (event) => {
        if (event.key === "Escape") back();
        if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); form.requestSubmit(); }
      },
    }, field, el("button", {}, "Save"), el("button", { type: "button", class: "quiet", onclick: back }, "Cancel"));
    setTimeout(() => field.focus());
    return form;
  };
  if (open) left.append(edit);
  return el("li", { class: "beat" }, left, el("div", { class: "right" }, cites.map(source), claims(findings)));
}

function source({ outlet, url, quote }) {
  return el("blockquote", {}, foreign(quote), el("footer", {}, link(url, outlet)));
}

function claims(findings) {
  if (!findings.length) return null;
  return el("ul", { class: "claims" }, findings.map(({ claim, kind, verdict, source, outlet, against }) =>
    el("li", { class: verdict.replace(" ", "-") },
      el("span", { class: "mark", "aria-hidden": "true" }, MARKS[verdict] ?? "?"),
      el("b", {}, kind === "line" ? "the line" : foreign(claim)), ` ${verdict}`,
      COMPARED.includes(verdict) && source ? [": ", foreign(outlet), " says “", foreign(source), "”"] : null,
      verdict === "disputed" && against ? ["; ", foreign(against)] : null)));
}

/** What stands beside the clip, each text once, with the channels it is for where they differ. */
function beside(texts) {
  return el("details", { class: "texts" }, el("summary", {}, "Texts on the channels"),
    el("dl", {}, texts.flatMap(({ field, words, channels }) => [
      el("dt", {}, FIELDS[field] ?? field, channels.length ? el("span", { class: "hint" }, ` ${channels.join(", ")}`) : null),
      el("dd", {}, foreign(words)),
    ])));
}

function posted({ id, channels }, say) {
  return el("section", { class: "channels" }, el("h4", {}, "Channels"),
    el("ul", {}, channels.map(({ name, state, url, why, what, due_at, words }) =>
      el("li", {}, el("b", {}, name), what ? el("span", {}, what) : null, chip(`channel ${state}`, state),
        due_at ? el("span", { class: "hint" }, "for ", moment(due_at)) : null,
        url ? link(url, url.startsWith("http") ? "open the post" : url) : null,
        words ? foreign(words) : null,
        why ? el("span", { class: "hint" }, why) : null,
        remedies(id, name, state, what).map(([label, command]) => el("button", { class: "quiet", onclick: () => say(command) }, label))))));
}

/** What a person can do about a posting that needs one, as label and command. */
function remedies(id, name, state, what) {
  if (state === "refused" && !what) return [["Try again", `retry ${id} ${name}`]];
  if (state !== "asked") return [];
  return [[what ? "It is done" : "It is there", `resolve ${id} ${name} done`], [what ? "Try again" : "Post again", `resolve ${id} ${name} again`]];
}

/** What is out can be corrected and taken down; both ask once more before anything happens. */
function afterwards(id, say) {
  const words = el("input", { id: `right-${id}`, required: true, maxlength: 500, placeholder: "What is right?" });
  const correct = second("Send the correction", () => say(`correct ${id}: ${words.value}`), el("label", { for: words.id }, "Correction"), words);
  const down = second("Take it down", () => say(`takedown ${id} confirm`), el("p", {}, "It is deleted wherever that is possible, and posted nowhere else."));
  return el("div", { class: "choice" },
    el("button", { onclick: () => { correct.hidden = false; words.focus(); } }, "Correct …"),
    el("button", { class: "stop", onclick: () => { down.hidden = false; } }, "Take down …"),
    correct, down);
}

function second(label, act, ...fields) {
  const form = el("form", { class: "why", hidden: true, onsubmit: (event) => { event.preventDefault(); form.hidden = true; act(); } },
    fields,
    el("button", { class: "stop" }, label),
    el("button", { type: "button", class: "quiet", onclick: () => { form.hidden = true; } }, "Leave it"));
  return form;
}

function checked({ ok, checks }) {
  const bad = checks.filter((check) => !check.ok);
  return el("details", { class: "check" },
    el("summary", {}, "Measured clip", chip(ok ? "good" : "bad", ok ? `${counted(checks.length, "check")} passed` : `${bad.length} of ${counted(checks.length, "check")} failed`)),
    el("table", {},
      el("thead", {}, el("tr", {}, ["Check", "Measured", "Bar", ""].map((name) => el("th", { scope: "col" }, name)))),
      el("tbody", {}, [...bad, ...checks.filter((check) => check.ok)].map(({ name, value, bar, ok }) =>
        el("tr", { class: ok ? null : "bad" }, el("th", { scope: "row" }, name), el("td", {}, value), el("td", {}, bar), el("td", {}, ok ? "✓ ok" : "✕ failed"))))));
}
