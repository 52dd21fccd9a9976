// The queue as a list of rows that are dragged by hand or moved with the arrow keys.
//
// Drawn from data alone and only with textContent: nothing that a person typed can become markup. It says two things
// back: "moved" (a project and the place it was put at, counted from 1) and "chosen" (a project).

const MOVE_PX = 4; // a press that moves less is a click
const EDGE_PX = 34; // near the rim the list scrolls while something is dragged
const CALM_MS = 300; // arrow keys pressed in a row are told once

export default function (component) {
  const root = component.parentElement.querySelector(".queue");
  const list = (root.planner = root.planner || new List(root));
  list.take(component.data, component.setTriggerValue);
}

class List {
  constructor(root) {
    this.root = root;
    this.open = null; // {id, column} of the figure whose arithmetic stands open
    this.dragging = false;
    this.waiting = null;
    this.box = make(root, "div", "box");
    this.tip = make(root, "div", "tip");
    this.tip.setAttribute("role", "tooltip");
    this.said = make(root, "div", "aloud");
    this.said.setAttribute("aria-live", "polite");
    this.box.addEventListener("scroll", () => this.hide());
  }

  take(data, tell) {
    this.data = data;
    this.tell = tell;
    if (!this.dragging) this.draw();
  }

  row(id) {
    return this.data.rows.find((row) => row.id === id);
  }

  // ------------------------------------------------------------ drawing
  draw() {
    const scrolled = this.box.scrollTop;
    const active = this.root.getRootNode().activeElement;
    const focused = active && this.root.contains(active) ? active.dataset.focus : null;
    this.hide();
    this.box.textContent = "";
    this.box.style.maxHeight = `${this.data.height}px`;
    const table = make(this.box, "table");
    const head = make(make(table, "thead"), "tr");
    for (const heading of this.data.headings) {
      const cell = make(head, "th", heading.figure ? "n" : "", heading.title);
      if (heading.width) cell.style.width = heading.width;
    }
    this.body = make(table, "tbody");
    this.data.rows.forEach((row, at) => this.one(row, at + 1));
    this.box.scrollTop = scrolled;
    if (focused) {
      const again = [...this.box.querySelectorAll("[data-focus]")].find((one) => one.dataset.focus === focused);
      if (again) again.focus({ preventScroll: true });
    }
  }

  one(row, place) {
    const line = make(this.body, "tr", "project");
    line.dataset.id = row.id;
    if (row.id === this.data.chosen) {
      line.classList.add("chosen");
      line.setAttribute("aria-selected", "true");
    }
    line.addEventListener("click", (event) => {
      if (!event.target.closest("button.grip, button.why")) this.tell("chosen", row.id);
    });
    const grip = make(make(line, "td", "first"), "button", "grip");
    make(grip, "span", "dots", "⠿").setAttribute("aria-hidden", "true");
    make(grip, "span", "", String(place));
    grip.dataset.focus = `grip ${row.id}`;
    grip.title = this.data.words.grip;
    grip.setAttribute("aria-label", `${row.cells[0].text}: ${place} / ${this.data.rows.length}. ${this.data.words.grip}`);
    grip.addEventListener("pointerdown", (event) => this.press(event, row.id, line));
    grip.addEventListener("keydown", (event) => this.key(event, row.id));
    row.cells.forEach((cell, column) => this.cell(line, row, cell, column));
    if (row.keeps) make(make(this.body, "tr", "keeps"), "td", "", row.keeps).colSpan = this.data.headings.length;
    if (this.open && this.open.id === row.id) this.opened(row.cells[this.open.column]);
  }

  cell(line, row, cell, column) {
    const heading = this.data.headings[column + 1];
    const place = make(line, "td", heading.figure ? "n" : "");
    if (cell.colour) place.style.color = cell.colour;
    if (column === 0) {
      const name = make(place, "button", "name", cell.text);
      name.dataset.focus = `name ${row.id}`;
      name.title = cell.text;
      return;
    }
    if (!cell.lines.length) {
      make(place, "span", "", cell.text);
      place.title = cell.full || cell.text;
      return;
    }
    const why = make(place, "button", "why", cell.text);
    why.dataset.focus = `why ${column} ${row.id}`;
    why.addEventListener("pointerenter", () => this.show(why, cell));
    why.addEventListener("focus", () => this.show(why, cell));
    for (const name of ["pointerleave", "blur"]) why.addEventListener(name, () => this.hide());
    why.addEventListener("click", () => {
      const again = this.open && this.open.id === row.id && this.open.column === column;
      this.open = again ? null : { id: row.id, column };
      this.draw();
      const more = this.box.querySelector("tr.more");
      const hidden = more ? more.getBoundingClientRect().bottom - this.box.getBoundingClientRect().bottom : 0;
      if (hidden > 0) this.box.scrollTop += hidden + 2;
    });
  }

  opened(cell) {
    if (!cell || !cell.lines.length) return;
    const inside = make(make(this.body, "tr", "more"), "td");
    inside.colSpan = this.data.headings.length;
    const close = make(inside, "button", "close", "✕");
    close.title = this.data.words.close;
    close.setAttribute("aria-label", this.data.words.close);
    close.addEventListener("click", () => {
      this.open = null;
      this.draw();
    });
    for (const text of cell.lines) make(inside, "div", "line", text);
    for (const text of cell.sources) make(inside, "div", "source", `${this.data.words.source}: ${text}`);
  }

  show(at, cell) {
    if (this.open && at.dataset.focus === `why ${this.open.column} ${this.open.id}`) return; // it stands open below
    this.tip.textContent = "";
    for (const text of cell.lines) make(this.tip, "div", "line", text);
    if (cell.sources.length) make(this.tip, "div", "source", this.data.words.more);
    this.tip.style.display = "block";
    const under = at.getBoundingClientRect(), own = this.tip.getBoundingClientRect();
    const top = under.bottom + 4 + own.height > window.innerHeight ? under.top - own.height - 4 : under.bottom + 4;
    this.tip.style.left = `${Math.max(4, Math.min(under.left, window.innerWidth - own.width - 8))}px`;
    this.tip.style.top = `${Math.max(4, top)}px`;
  }

  hide() {
    this.tip.style.display = "none";
  }

  // ------------------------------------------------------------ moving
  move(id, to) {
    const rows = this.data.rows, from = rows.findIndex((row) => row.id === id);
    const place = Math.min(Math.max(to, 1), rows.length);
    if (from < 0 || place === from + 1) return false;
    rows.splice(place - 1, 0, ...rows.splice(from, 1));
    this.draw();
    this.said.textContent = `${this.row(id).cells[0].text}: ${place} / ${rows.length}`;
    return true;
  }

  told(id) {
    this.tell("moved", { id, to: this.data.rows.findIndex((row) => row.id === id) + 1 });
  }

  key(event, id) {
    const at = this.data.rows.findIndex((row) => row.id === id) + 1;
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 1, End: this.data.rows.length }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    if (!this.move(id, to)) return;
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.told(id), CALM_MS);
  }

  press(event, id, line) {
    if (event.button !== 0) return;
    event.preventDefault();
    const began = event.clientY, grip = event.currentTarget;
    grip.focus({ preventScroll: true });
    grip.setPointerCapture(event.pointerId);
    let to = null, last = began;
    const over = (now) => {
      if (!this.dragging && Math.abs(now.clientY - began) < MOVE_PX) return;
      this.dragging = true;
      line.classList.add("dragged");
      const rim = this.box.getBoundingClientRect();
      // Towards the rim only: a row taken up at the rim and carried inwards must not run away under the pointer.
      if (now.clientY < last && now.clientY < rim.top + 2 * EDGE_PX) this.box.scrollTop -= 10;
      if (now.clientY > last && now.clientY > rim.bottom - EDGE_PX) this.box.scrollTop += 10;
      last = now.clientY;
      to = this.mark(now.clientY, line);
    };
    const end = (put) => {
      grip.removeEventListener("pointermove", over);
      grip.removeEventListener("pointerup", drop);
      grip.removeEventListener("pointercancel", cancel);
      window.removeEventListener("keydown", escape, true);
      const dragged = this.dragging;
      this.dragging = false;
      if (put && dragged && to !== null && this.move(id, to)) this.told(id);
      else if (dragged) this.draw();
    };
    const drop = () => end(true), cancel = () => end(false);
    const escape = (now) => now.key === "Escape" && cancel();
    grip.addEventListener("pointermove", over);
    grip.addEventListener("pointerup", drop);
    grip.addEventListener("pointercancel", cancel);
    window.addEventListener("keydown", escape, true);
  }

  // The place a pointer at this height stands for, with a line drawn there.
  mark(y, dragged) {
    const others = [...this.body.querySelectorAll("tr.project")].filter((row) => row !== dragged);
    for (const row of others) row.classList.remove("before", "after");
    const at = others.findIndex((row) => {
      const box = row.getBoundingClientRect();
      return y < box.top + box.height / 2;
    });
    if (at >= 0) others[at].classList.add("before");
    else if (others.length) others[others.length - 1].classList.add("after");
    return at >= 0 ? at + 1 : others.length + 1;
  }
}

function make(parent, tag, style, text) {
  const made = document.createElement(tag);
  if (tag === "button") made.type = "button";
  if (style) made.className = style;
  if (text !== undefined) made.textContent = text;
  parent.appendChild(made);
  return made;
}
