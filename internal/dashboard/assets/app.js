"use strict";
// What moves: the parts of a page that carry data-live are replaced when the server says that something has changed; the charts over
// time can be pointed at; the what-if decides while one types; maintenance windows are declared and ended through the API.
(() => {
  const parts = () => [...document.querySelectorAll("[data-live]")];

  async function refresh(url = location.href) {
    const answer = await fetch(url, { headers: { Accept: "text/html" }, credentials: "same-origin" });
    if (!answer.ok) throw new Error(`${answer.status}`);
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const old of parts()) {
      const now = fresh.querySelector(`[data-live="${old.dataset.live}"]`);
      if (now && now.innerHTML !== old.innerHTML && !old.contains(document.activeElement)) old.innerHTML = now.innerHTML;
    }
  }

  function follow() {
    const state = document.getElementById("live");
    let first = true;
    const events = new EventSource("/events");
    events.addEventListener("revision", () => {
      if (!first || state.textContent) refresh().catch(() => {});
      first = false;
      state.textContent = "live";
    });
    events.onerror = () => { state.textContent = "connection lost, trying again"; };
    addEventListener("pagehide", () => events.close());
  }

  const units = ["B/s", "kB/s", "MB/s", "GB/s", "TB/s"];
  function rate(v) {
    if (v == null) return "no data";
    let i = 0;
    while (Math.abs(v) >= 1000 && i < units.length - 1) { v /= 1000; i++; }
    return `${v.toPrecision(3).replace(/\.0+$/, "")} ${units[i]}`;
  }

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  async function draw(figure, url, key) {
    const box = figure.querySelector(".wide");
    const table = figure.querySelector("details.numbers");
    const answer = await fetch(url, { credentials: "same-origin" });
    if (!answer.ok) return;
    const { times, mean, peak, limit } = await answer.json();
    if (times.length < 2) return;
    const axis = { stroke: colour("--mute"), grid: { stroke: colour("--grid"), width: 1 }, ticks: { stroke: colour("--grid"), width: 1 }, font: "12px system-ui, sans-serif" };
    const options = {
      width: box.clientWidth, height: 220,
      cursor: { sync: { key: "time" } },
      scales: { y: { range: (u, low, high) => [0, high > 0 ? high * 1.08 : 1] } },
      axes: [axis, { ...axis, size: 74, values: (u, splits) => splits.map(rate) }],
      series: [{ label: "Time", value: (u, v) => (v == null ? "–" : new Date(v * 1000).toLocaleString()) },
        { label: "Highest minute", stroke: colour("--s3"), width: 1, value: (u, v) => rate(v), spanGaps: false },
        { label: "Mean", stroke: colour(key), width: 2, value: (u, v) => rate(v), spanGaps: false }],
    };
    const data = [times, peak, mean];
    if (limit) {
      options.series.push({ label: "Limit", stroke: colour("--s5"), width: 1.5, dash: [6, 4], points: { show: false }, value: (u, v) => rate(v) });
      data.push(times.map(() => limit));
    }
    const canvas = document.createElement("div");
    canvas.className = "u-wrap";
    if (table) { // a canvas is nothing to a screen reader: the table holds the same numbers
      table.id = table.id || `numbers-${key.slice(2)}-${Math.random().toString(36).slice(2)}`;
      figure.setAttribute("aria-details", table.id);
    }
    const plot = new uPlot(options, data, canvas);
    canvas.querySelectorAll("canvas").forEach((c) => c.setAttribute("aria-hidden", "true"));
    box.replaceChildren(canvas);
    new ResizeObserver(() => { if (box.clientWidth > 0) plot.setSize({ width: box.clientWidth, height: 220 }); }).observe(box);
  }

  function charts() {
    const home = document.querySelector(".live-charts");
    if (!home || typeof uPlot === "undefined") return;
    for (const [id, quantity, key] of [["chart-ingress", "ingress", "--s1"], ["chart-egress", "egress", "--s2"]]) {
      const figure = document.getElementById(id)?.closest("figure");
      if (figure) draw(figure, `${home.dataset.series}?quantity=${quantity}&window=${home.dataset.window}`, key).catch(() => {});
    }
  }

  function whatIf() {
    const form = document.getElementById("what-if");
    if (!form) return;
    let timer;
    const decide = () => {
      const query = new URLSearchParams([...new FormData(form)].filter(([, v]) => v !== ""));
      const url = `${form.action}?${query}`;
      history.replaceState(null, "", url);
      refresh(url).catch(() => {});
    };
    form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(decide, 250); });
    form.addEventListener("submit", (e) => { e.preventDefault(); clearTimeout(timer); decide(); });
  }

  async function change(method, path, body) {
    const token = document.getElementById("token")?.value;
    const headers = { "Content-Type": "application/json" };
    if (token) headers.Authorization = `Bearer ${token}`;
    const answer = await fetch(path, { method, headers, body: body && JSON.stringify(body), credentials: "same-origin" });
    if (answer.ok) return "";
    const text = await answer.text();
    try { return JSON.parse(text).error || text; } catch { return text; }
  }

  function maintenance() {
    const form = document.getElementById("declare");
    if (!form) return;
    const said = document.getElementById("declared");
    form.addEventListener("submit", async (e) => {
      e.preventDefault();
      const f = new FormData(form);
      const clusters = f.get("clusters").split(",").map((c) => c.trim()).filter(Boolean);
      said.textContent = (await change("POST", "/api/v1/maintenance", { duration: f.get("duration"), reason: f.get("reason"), clusters })) || "Declared.";
      refresh().catch(() => {});
    });
    document.addEventListener("click", async (e) => {
      const id = e.target.dataset?.end;
      if (!id) return;
      said.textContent = (await change("DELETE", `/api/v1/maintenance/${id}`)) || "Ended.";
      e.target.blur();
      refresh().catch(() => {});
    });
  }

  function search() { // filters while one types; the button keeps the search in the link
    const q = document.getElementById("q");
    if (!q) return;
    let timer;
    q.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        const url = new URL(location.href);
        if (q.value) url.searchParams.set("q", q.value); else url.searchParams.delete("q");
        history.replaceState(null, "", url);
        refresh().catch(() => {});
      }, 200);
    });
  }

  function localTimes() {
    for (const t of document.querySelectorAll("time[datetime]")) {
      const at = new Date(t.dateTime);
      if (!Number.isNaN(at.getTime())) t.title = at.toLocaleString();
    }
  }

  localTimes();
  charts();
  whatIf();
  maintenance();
  search();
  follow();
})();
