// From values to nodes. Foreign text only ever becomes a text node, foreign links only http(s).

const LONGEST = 2000; // characters; no line of a newsroom is longer

/** Text as one may safely look at it: no control characters, nothing that turns its direction. */
export function plain(text) {
  const seen = String(text ?? "").replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u2028-\u202e\u2060-\u2069\ufeff]/g, "");
  return seen.length > LONGEST ? `${seen.slice(0, LONGEST)} …` : seen;
}

/** Make an element: `on...` props are listeners, the others attributes; null children are left out. */
export function el(tag, props = {}, ...children) {
  return fill(document.createElement(tag), props, children);
}

/** The same for a drawing; it is styled by classes: the page allows no styles of its own making. */
export function draw(tag, props = {}, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), props, children);
}

function fill(node, props, children) {
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== false && value != null) node.setAttribute(name, value === true ? "" : value);
  }
  for (const child of children.flat()) {
    if (child != null) node.append(child instanceof Node ? child : plain(child));
  }
  return node;
}

/** A headline or quote of somebody else, kept from turning the text around it. */
export const foreign = (text, props = {}) => el("bdi", { dir: "auto", ...props }, text);

/** A link that opens elsewhere and tells nobody where it came from; mere text if it is not http(s). */
export function link(url, text) {
  const safe = URL.canParse(url ?? "") && /^https?:$/.test(new URL(url).protocol);
  if (!safe) return foreign(text);
  return el("a", { href: new URL(url).href, target: "_blank", rel: "noopener noreferrer" }, foreign(text));
}

/** A text of the desk with its marks, {start, end, kind, url} in characters: bold, code or a link. */
export function marked(text, marks, props = {}) {
  const letters = Array.from(text ?? "");
  const words = (start, end) => letters.slice(start, end).join("");
  const parts = [];
  let at = 0;
  for (const { start, end, kind, url } of marks) {
    const said = words(start, end);
    parts.push(words(at, start), kind === "link" ? link(url, said) : el(kind === "bold" ? "b" : "code", {}, foreign(said)));
    at = end;
  }
  return el("bdi", { dir: "auto", ...props }, ...parts, words(at));
}

export const chip = (kind, text) => el("span", { class: `chip ${kind}` }, text);

export const counted = (n, one, many = `${one}s`) => `${n} ${n === 1 ? one : many}`;

/** A moment as "3 min ago", one to come as its time, kept true by `retime`; the full date is its tooltip. */
export function moment(iso) {
  const at = new Date(iso);
  if (!iso || Number.isNaN(at.getTime())) return null;
  return el("time", { datetime: at.toISOString(), title: at.toLocaleString() }, ago(at));
}

export function retime() {
  for (const node of document.querySelectorAll("time")) node.textContent = ago(new Date(node.dateTime));
}

function ago(at) {
  const minutes = Math.round((Date.now() - at) / 60000);
  if (minutes < -1) return minutes > -12 * 60 ? at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }) : at.toLocaleString();
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} min ago`;
  if (minutes < 24 * 60) return `${Math.round(minutes / 60)} h ago`;
  return at.toLocaleDateString();
}

/**
 * Make `parent` hold exactly these parts, each [key, data, build]. A part whose data did not change
 * keeps its node, so a clip plays on and a form stays open while the rest of the desk moves.
 */
export function keep(parent, parts) {
  const old = new Map([...parent.children].map((node) => [node.dataset.key, node]));
  parts.forEach(([key, data, build], place) => {
    const told = JSON.stringify(data);
    let node = old.get(key);
    old.delete(key);
    if (!node || (node.told !== told && !typing(node))) {
      const fresh = build(data);
      fresh.dataset.key = key;
      fresh.told = told;
      if (node) replace(node, fresh);
      node = fresh;
    }
    if (parent.children[place] !== node) parent.insertBefore(node, parent.children[place] ?? null);
  });
  for (const node of old.values()) node.remove();
}

const typing = (node) => node.contains(document.activeElement) && document.activeElement.closest("form");

/** Put a fresh node in place of an old one: what was unfolded stays so, and the focus stays. */
function replace(old, fresh) {
  const folds = fresh.querySelectorAll("details");
  old.querySelectorAll("details").forEach((fold, i) => folds[i] && (folds[i].open = fold.open));
  const stops = "a, button, summary";
  const focused = [...old.querySelectorAll(stops)].indexOf(document.activeElement);
  old.replaceWith(fresh);
  fresh.querySelectorAll(stops)[focused]?.focus({ preventScroll: true });
}
