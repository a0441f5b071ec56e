// The page of the import: drop or choose a file, see the dry run, publish. Everything is put in as text; nothing comes from elsewhere.
"use strict";

(() => {
  const byId = (id) => document.getElementById(id);
  const texts = JSON.parse(byId("texts").textContent);
  const lang = document.documentElement.lang === "en" ? "en" : "zh";
  const text = (key, values = {}) => texts[key].replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
  const form = byId("form"), drop = byId("drop"), input = byId("file"), status = byId("status"), told = byId("told");
  let dropped = null;

  const make = (tag, content = "", attributes = {}) => {
    const one = document.createElement(tag);
    one.textContent = content;
    for (const [name, value] of Object.entries(attributes)) one.setAttribute(name, value);
    return one;
  };

  function say(what, kind = "") {
    status.textContent = what;
    status.className = kind;
  }

  async function ask(path, body) {
    let answer;
    try {
      answer = await fetch(path, { method: "POST", body, headers: { "X-Suoheng-Ledger": "1", "Accept-Language": lang } });
    } catch {
      throw new Error(text("js.offline"));
    }
    // Whatever stands between the page and its program answers in another form.
    const said = await answer.json().catch(() => ({ error: `HTTP ${answer.status}` }));
    if (!answer.ok) throw new Error(said.expired ? text("js.expired") : said.error);
    return said;
  }

  function table(caption, heads, rows) {
    const frame = make("div", "", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption });
    const made = make("table"), head = make("tr"), body = make("tbody");
    heads.forEach((name) => head.append(make("th", name, { scope: "col" })));
    made.append(make("thead"), body);
    made.tHead.append(head);
    rows.forEach((cells) => {
      const row = make("tr");
      cells.forEach((cell) => row.append(make("td", cell)));
      body.append(row);
    });
    frame.append(made);
    return frame;
  }

  function show(found) {
    const parts = [];
    const line = (what, kind = "") => parts.push(make("p", what, kind ? { class: kind } : {}));
    line(text("js.file", found));
    line(text("js.source", found));
    found.sheets.filter((one) => one.good || one.faulty || one.remarks.length).forEach((one) => {
      line(text("js.sheet", one));
      one.remarks.forEach((remark) => parts.push(make("small", remark[lang])));
    });
    if (found.skipped.length) line(text("js.skipped", { names: found.skipped.join("、") }));
    if (found.macros_ignored) line(text("js.macros"));
    line(text("js.summary", { ...found, vanished: found.vanished_count }), "summary");
    const others = Object.keys(found.other_ledgers);
    if (others.length) line(text("js.other", { names: others.join(", ") }), "bad");
    if (found.withdrawn.length) line(text("js.withdrawn", { lines: found.withdrawn.join(", ") }));
    if (found.full.length) line(text("js.full", { lines: found.full.join(", ") }), "bad");
    if (found.faulty_lines) faults(found, parts);
    if (found.vanished_count) vanished(found, parts);
    if (found.published || found.retracted) line(text("js.done", found), "good");
    if (found.key_file_made) line(text("js.keyfile", { file: found.key_file_made }), "bad");
    if (!found.done) choices(found, parts);
    told.replaceChildren(...parts);
    byId("result").hidden = false;
    byId("result-title").focus();
  }

  function faults(found, parts) {
    const title = text("js.faults", { n: found.faulty_lines });
    parts.push(make("h3", title, { class: "bad" }));
    const heads = ["js.sheet.name", "js.line", "js.column", "js.what"].map((key) => text(key));
    parts.push(table(title, heads, found.faults.map((one) => [one.sheet, one.line, one.column, `${one[lang]} (${one.code})`])));
    if (found.faults.length < found.faulty_lines) parts.push(make("p", text("js.more", { n: found.faults.length })));
    if (found.copy) {
      const place = make("p");
      place.append(make("a", text("js.copy"), { href: `/copy/${found.ticket}`, download: "" }));
      parts.push(place);
    }
  }

  function vanished(found, parts) {
    const title = text("js.vanished", { n: found.vanished_count });
    parts.push(make("h3", title));
    parts.push(table(title, [], found.vanished.map((one) => [one[lang], one.day, one.office, one.id])));
  }

  function choice(id, label, parts) {
    const box = make("input", "", { type: "checkbox", id });
    const around = make("label", "", { class: "choice", for: id });
    around.append(box, ` ${label}`);
    parts.push(around);
    return box;
  }

  function choices(found, parts) {
    const faulty = found.faulty_lines > 0 || found.full.length > 0;
    const partial = faulty && found.new + found.amended > 0 ? choice("partial", text("js.partial"), parts) : null;
    const retract = !faulty && found.vanished_count ? choice("retract", text("js.retract", { n: found.vanished_count }), parts) : null;
    if (!(found.new + found.amended) && !retract) {
      if (!faulty) parts.push(make("p", text("js.nothing"), { class: "good" }));
      return;
    }
    const button = make("button", text("js.publish"), { type: "button", id: "publish" });
    const ready = () => (button.disabled = faulty ? !partial?.checked : !(found.new + found.amended || retract?.checked));
    [partial, retract].forEach((box) => box?.addEventListener("change", ready));
    ready();
    button.addEventListener("click", () => publish(found, button, partial?.checked, retract?.checked));
    parts.push(button);
  }

  async function publish(found, button, partial, retract) {
    button.disabled = true;
    say(text("js.publishing"));
    const body = new FormData();
    body.append("key", byId("key").value.trim());
    body.append("ticket", found.ticket);
    if (partial) body.append("partial", "1");
    if (retract) body.append("retract", String(found.vanished_count));
    try {
      const done = await ask("/publish", body);
      show({ ...done, done: true });
      say(text("js.done", done), "good");
    } catch (error) {
      say(`${text("js.failed")}: ${error.message}`, "bad");
      button.disabled = false;
    }
  }

  async function check() {
    const file = dropped ?? input.files[0];
    if (!file) return say(text("js.choose"), "bad");
    say(text("js.checking"));
    byId("result").hidden = true;
    byId("check").disabled = true;
    const body = new FormData();
    body.append("key", byId("key").value.trim());
    body.append("office", byId("office").value.trim());
    body.append("file", file, file.name);
    try {
      show(await ask("/check", body));
      say("");
    } catch (error) {
      say(`${text("js.failed")}: ${error.message}`, "bad");
    }
    byId("check").disabled = false;
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    check();
  });
  input.addEventListener("change", () => (dropped = null));
  for (const name of ["dragenter", "dragover"])
    addEventListener(name, (event) => {
      event.preventDefault();
      drop.classList.add("over");
    });
  addEventListener("dragleave", () => drop.classList.remove("over"));
  addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    dropped = event.dataTransfer.files[0] ?? null;
    if (dropped) check();
  });
})();
