// The table of artifacts: sort, filter, details. The page says everything else without it.
"use strict";
(() => {
  // A narrow screen stacks the cells of a row.
  const PAGE = matchMedia("(max-width: 720px)").matches ? 25 : 100;
  const byId = (id) => document.getElementById(id);
  const data = JSON.parse(byId("data").textContent);
  const count = data.rows;

  // A column is an array, or one value for every row.
  const columns = {};
  for (const [name, values] of Object.entries(data.columns)) {
    columns[name] = Array.isArray(values) ? (row) => values[row] : () => values.all;
  }
  const word = (name, row) => data.words[name][columns[name](row)];
  const tails = data.columns.tail;
  const uri = (row) => word("folder", row) + tails[row];
  // A reason is a template and its numbers.
  function reason(row) {
    const numbers = word("numbers", row).split(" ");
    return word("reason", row).split("\u0001").reduce((text, part, at) => text + numbers[at - 1] + part);
  }
  const id = (row) => data.id.all.substr(row * data.id.width, data.id.width);

  // The same text as governance.display.size, or a figure would differ between two tables.
  const UNITS = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];
  function size(bytes) {
    if (bytes < 1000) return `${bytes} B`;
    let unit = 0;
    let value = bytes;
    while (value >= 999.5 && unit < UNITS.length - 1) { value /= 1000; unit += 1; }
    const digits = value < 99.95 ? 1 : 0;
    return `${value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits })} ${UNITS[unit]}`;
  }
  const number = (value) => value.toLocaleString("en-US");
  const many = (value, noun) => `${number(value)} ${noun}${value === 1 ? "" : "s"}`;
  const day = (value) =>
    value === null || value === undefined ? "unknown" : new Date(value * 864e5).toISOString().slice(0, 10);

  function make(tag, properties = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(properties)) {
      if (name in element) element[name] = value; else element.setAttribute(name, value);
    }
    element.append(...children);
    return element;
  }

  // Sorting: ranks of texts are worked out once, so that a sort only compares numbers.
  const ranks = {};
  function rank(name) {
    if (!ranks[name]) {
      const order = data.words[name].map((text, index) => [text, index]);
      order.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0));
      ranks[name] = new Uint32Array(order.length);
      order.forEach(([, index], place) => { ranks[name][index] = place; });
    }
    const places = ranks[name];
    return (a, b) => places[columns[name](a)] - places[columns[name](b)];
  }
  let uriRanks = null;
  const amount = (name) => (a, b) => (columns[name](a) ?? -1) - (columns[name](b) ?? -1);
  const compare = {
    uri: () => {
      if (!uriRanks) {
        const all = Array.from({ length: count }, (_, row) => uri(row));
        const order = Array.from(all.keys()).sort((a, b) => (all[a] < all[b] ? -1 : all[a] > all[b] ? 1 : a - b));
        uriRanks = new Uint32Array(count);
        order.forEach((row, place) => { uriRanks[row] = place; });
      }
      return (a, b) => uriRanks[a] - uriRanks[b];
    },
    project: () => rank("project"),
    kind: () => rank("kind"),
    stored: () => amount("stored"),
    newest: () => amount("newest"),
    verdict: () => { const rule = rank("rule"); const go = amount("expire"); return (a, b) => go(a, b) || rule(a, b); },
  };

  const state = { key: "stored", down: true, start: 0, rows: [] };
  const table = byId("artifacts");
  const body = table.tBodies[0];
  const controls = { text: byId("f-text"), project: byId("f-project"), kind: byId("f-kind"),
    verdict: byId("f-verdict"), state: byId("f-state"), sort: byId("f-sort") };

  let haystack = null;
  function matching() {
    if (!haystack) {
      const folders = data.words.folder.map((text) => text.toLowerCase());
      haystack = new Array(count);
      for (let row = 0; row < count; row += 1) {
        haystack[row] = `${id(row)} ${folders[columns.folder(row)]}${tails[row].toLowerCase()}`;
      }
    }
    const needles = controls.text.value.toLowerCase().split(/\s+/).filter(Boolean);
    const project = controls.project && controls.project.value !== "" ? Number(controls.project.value) : -1;
    const kind = controls.kind.value === "" ? -1 : Number(controls.kind.value);
    const verdict = controls.verdict.value === "" ? -1 : Number(controls.verdict.value);
    const wanted = controls.state.value;
    const found = [];
    for (let row = 0; row < count; row += 1) {
      if (project >= 0 && columns.project(row) !== project) continue;
      if (kind >= 0 && columns.kind(row) !== kind) continue;
      if (verdict >= 0 && columns.expire(row) !== verdict) continue;
      if (wanted === "partial" && columns.complete(row) !== 0) continue;
      if (wanted === "complete" && columns.complete(row) !== 1) continue;
      if (wanted === "unknown" && columns.complete(row) !== null) continue;
      let all = true;
      for (const needle of needles) { if (!haystack[row].includes(needle)) { all = false; break; } }
      if (all) found.push(row);
    }
    return found;
  }

  function update() {
    const started = performance.now();
    const rows = matching();
    const order = compare[state.key]();
    const sign = state.down ? -1 : 1;
    // Rows come in order of size, largest first: that is also the order among equals.
    if (!(state.key === "stored" && state.down)) rows.sort((a, b) => sign * order(a, b) || a - b);
    state.rows = rows;
    state.start = 0;
    let stored = 0;
    let expire = 0;
    for (const row of rows) {
      stored += columns.stored(row);
      if (columns.expire(row)) expire += columns.stored(row);
    }
    byId("found").textContent =
      `${number(rows.length)} of ${number(count)} artifacts, ${size(stored)}, of which ${size(expire)} may go`;
    draw();
    table.dataset.milliseconds = String(Math.round(performance.now() - started));
  }

  function cell(label, className, ...children) {
    return make("td", { className, "data-label": label, role: "cell" }, ...children);
  }

  function line(row, index) {
    const open = make("button", { type: "button", className: "open", "aria-expanded": "false" },
      make("bdi", {}, uri(row)));
    const gone = columns.expire(row) === 1;
    const verdict = cell("Verdict", "", make("span", { className: gone ? "tag expire" : "tag keep" },
      gone ? "may go" : "kept"), " ", make("span", { className: "soft" }, word("rule", row)));
    if (columns.complete(row) === 0) {
      verdict.append(" ", make("span", { className: "tag partial" }, "partial"));
    }
    const step = columns.step(row);
    const kind = word("kind", row) + (step === null ? "" : `, step ${step}`);
    const cells = [make("th", { scope: "row", role: "rowheader" }, open)];
    if (controls.project) cells.push(cell("Project", "", make("bdi", {}, word("project", row))));
    cells.push(cell("Kind", "", kind), cell("Stored", "n", size(columns.stored(row))),
      cell("Modified", "nowrap", day(columns.newest(row))), verdict);
    const result = make("tr", { role: "row", "aria-rowindex": String(index + 2) }, ...cells);
    open.addEventListener("click", () => toggle(open, result, row));
    return result;
  }

  function toggle(open, after, row) {
    if (open.getAttribute("aria-expanded") === "true") {
      open.setAttribute("aria-expanded", "false");
      after.nextElementSibling.remove();
      return;
    }
    open.setAttribute("aria-expanded", "true");
    const list = make("dl");
    const say = (name, text) => {
      if (text !== undefined && text !== null && text !== "") {
        list.append(make("dt", {}, name), make("dd", {}, make("bdi", {}, text)));
      }
    };
    const live = columns.stored(row) - columns.noncurrent(row) - columns.upload(row);
    const other = live - columns.weights(row) - columns.optimizer(row);
    say(columns.expire(row) === 1 ? "May go because" : "Kept because", reason(row));
    say("Rule", word("rule", row) + (word("policy", row) ? ` (${word("policy", row)})` : ""));
    say("May change on", data.few.until[row] === undefined ? "" : day(data.few.until[row]));
    say("Layout", word("layout", row));
    say("Complete", { 1: "yes", 0: "no", null: "cannot be known" }[columns.complete(row)]
      + (data.few.missing[row] ? `, missing ${data.few.missing[row]}` : "")
      + (data.few.why[row] ? `: ${data.few.why[row]}` : ""));
    say("Live", `${size(live)} in ${many(columns.objects(row), "object")}: weights ${size(columns.weights(row))}, `
      + `optimizer ${size(columns.optimizer(row))}, other ${size(other)}`);
    if (columns.noncurrent(row)) say("Old versions", size(columns.noncurrent(row)));
    if (columns.upload(row)) say("Unfinished upload", size(columns.upload(row)));
    list.append(make("dt", {}, "To ask more"),
      make("dd", {}, make("code", {}, `tutela retention explain ${id(row)}`)));
    const span = table.tHead.rows[0].cells.length;
    after.after(make("tr", { className: "detail", role: "row" },
      make("td", { colSpan: span, role: "cell" }, list)));
  }

  function draw() {
    const end = Math.min(state.start + PAGE, state.rows.length);
    const lines = [];
    for (let index = state.start; index < end; index += 1) lines.push(line(state.rows[index], index));
    body.replaceChildren(...lines);
    table.setAttribute("aria-rowcount", String(state.rows.length + 1));
    byId("shown").textContent = state.rows.length
      ? `Rows ${number(state.start + 1)} to ${number(end)} of ${number(state.rows.length)}`
      : "No artifact matches";
    byId("before").disabled = state.start === 0;
    byId("after").disabled = end >= state.rows.length;
    for (const head of table.tHead.rows[0].cells) {
      const sorted = head.dataset.key === state.key;
      head.setAttribute("aria-sort", sorted ? (state.down ? "descending" : "ascending") : "none");
      head.querySelector(".arrow").textContent = sorted ? (state.down ? "\u2193" : "\u2191") : "\u2195";
    }
    if (controls.sort) controls.sort.value = state.key;
  }

  function sortBy(key) {
    state.down = state.key === key ? !state.down : key === "stored" || key === "newest" || key === "verdict";
    state.key = key;
    update();
  }

  for (const head of table.tHead.rows[0].cells) {
    const button = make("button", { type: "button", className: "sort" }, head.textContent.trim(), " ",
      make("span", { className: "arrow", "aria-hidden": "true" }));
    button.addEventListener("click", () => sortBy(head.dataset.key));
    head.replaceChildren(button);
  }
  function fill(select, name) {
    const texts = data.words[name].map((text, index) => [text, index]);
    texts.sort((a, b) => (a[0] < b[0] ? -1 : 1));
    for (const [text, index] of texts) select.append(make("option", { value: String(index) }, text));
  }
  if (controls.project) fill(controls.project, "project");
  fill(controls.kind, "kind");

  let waiting = 0;
  const soon = () => { clearTimeout(waiting); waiting = setTimeout(update, 120); };
  controls.text.addEventListener("input", soon);
  for (const name of ["project", "kind", "verdict", "state"]) {
    if (controls[name]) controls[name].addEventListener("change", update);
  }
  controls.sort.addEventListener("change", () => { state.key = ""; sortBy(controls.sort.value); });
  const turn = (by) => () => {
    state.start = Math.max(0, state.start + by);
    draw();
    table.scrollIntoView({ block: "start" });
  };
  byId("before").addEventListener("click", turn(-PAGE));
  byId("after").addEventListener("click", turn(PAGE));
  byId("no-script").hidden = true;
  byId("controls").hidden = false;
  byId("pager").hidden = false;
  update();
})();
