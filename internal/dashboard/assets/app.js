"use strict";
// What moves: the parts of a page that carry data-live are replaced when the server says that something has changed; the charts over
// time can be pointed at; the what-if decides while one types; maintenance windows are declared and ended through the API.
(() => {
  const parts = () => [...document.querySelectorAll("[data-live]")];

  async function refresh(url = location.href) {
    const answer = await fetch(url, { headers: { Accept: "text/html" }, credentials: "same-origin" });
    if (!answer.ok) throw new Error(`${answer.status}`);
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    localTimes(fresh);
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
      if (!first && Date.now() - drawnAt > redrawAfter) charts();
      first = false;
      state.textContent = "live";
    });
    events.onerror = () => { state.textContent = "connection lost, trying again"; };
    addEventListener("pagehide", () => events.close());
  }

  const redrawAfter = 60000; // series are kept by the minute
  const dark = matchMedia("(prefers-color-scheme: dark)");
  dark.addEventListener("change", () => charts());

  const units = ["B/s", "KB/s", "MB/s", "GB/s", "TB/s"];
  function rate(v) {
    if (v == null) return "no data";
    let i = 0;
    while (Math.abs(v) >= 1000 && i < units.length - 1) { v /= 1000; i++; }
    return `${Number(v.toPrecision(3))} ${units[i]}`;
  }

  const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const value = (u, v, series, at) => (at == null ? "" : rate(v)); // empty while nothing is pointed at
  // dates are how uPlot writes the time axis: from that many seconds between two ticks on, the text, and what a new year or day adds.
  const dates = [[2419200, "{MMM}", "\n{YYYY}", null, null, null, null, null, 1], [86400, "{MMM} {D}", "\n{YYYY}", null, null, null, null, null, 1],
    [60, "{HH}:{mm}", "\n{MMM} {D}", null, "\n{MMM} {D}", null, null, null, 1], [1, "{HH}:{mm}:{ss}", "\n{MMM} {D}", null, "\n{MMM} {D}", null, null, null, 1]];
  const line = (label, stroke, more) => ({ label, stroke: color(stroke), width: 1.5, value, spanGaps: false, ...more });

  // drawn is the chart in each box, what ends it, and the colors and lines that it was made with.
  const drawn = new WeakMap();

  // plot puts an interactive chart in the place of a figure's drawing, or new data into the chart that is there. The figure's table stays
  // its description: a canvas is nothing to a screen reader.
  function plot(figure, series, data, options, timeAxis) {
    const box = [...figure.querySelectorAll(".wide, .narrow")].find((b) => b.clientWidth > 0);
    if (!box) return;
    const look = [dark.matches, ...series.map((s) => s.label)].join();
    const old = drawn.get(box);
    if (old?.look === look) {
      old.chart.setData(data);
      return;
    }
    if (old) {
      old.observer.disconnect();
      old.chart.destroy();
    }
    const height = box.clientWidth < 500 ? 200 : 240;
    const axis = { stroke: color("--mute"), grid: { stroke: color("--grid"), width: 1 }, ticks: { stroke: color("--grid"), width: 1 }, font: "12px system-ui, sans-serif" };
    const canvas = document.createElement("div");
    canvas.className = "u-wrap";
    const chart = new uPlot({
      width: box.clientWidth, height,
      scales: { y: { range: (u, low, high) => [0, high > 0 ? high * 1.08 : 1] } },
      axes: [{ ...axis, values: dates, ...timeAxis }, { ...axis, size: 74, values: (u, splits) => splits.map(rate) }],
      series, legend: { markers: { width: 0, fill: (u, i) => series[i].mark || series[i].stroke } }, ...options,
    }, data, canvas);
    figure.classList.add("interactive");
    canvas.querySelectorAll("canvas").forEach((c) => c.setAttribute("aria-hidden", "true"));
    const table = figure.querySelector("details.numbers");
    if (table) {
      table.id = table.id || `numbers-of-${figure.querySelector("figcaption").id}`;
      figure.setAttribute("aria-details", table.id);
    }
    box.replaceChildren(canvas);
    const observer = new ResizeObserver(() => { if (box.clientWidth > 0) chart.setSize({ width: box.clientWidth, height }); });
    observer.observe(box);
    drawn.set(box, { chart, observer, look });
  }

  const limitLine = (limit, times, series, data) => {
    if (!limit) return;
    series.push(line("Limit", "--s5", { dash: [6, 4], points: { show: false } }));
    data.push(times.map(() => limit));
  };

  async function flow(figure, url, key) {
    const answer = await fetch(url, { credentials: "same-origin" });
    if (!answer.ok) return;
    const { times, mean, peak, limit } = await answer.json();
    if (times.length < 2) return;
    const series = [{ label: "Time", value: (u, v) => (v == null ? "" : new Date(v * 1000).toLocaleString()) },
      line("Highest minute", "--s3"), line("Mean", key, { width: 2 })];
    const data = [times, peak, mean];
    limitLine(limit, times, series, data);
    plot(figure, series, data, { cursor: { sync: { key: "time" } } });
    const caption = figure.querySelector("figcaption");
    if (!caption.querySelector(".zone")) {
      const zone = document.createElement("span");
      zone.className = "zone";
      zone.textContent = ` The chart is in your time zone, ${here}.`;
      caption.append(zone);
    }
  }

  // daily draws whole UTC days, whatever the reader's zone, and the forecast as a band.
  async function daily(figure, url) {
    const answer = await fetch(url, { credentials: "same-origin" });
    if (!answer.ok) return;
    const { times, peak, expected, low, high, limit } = await answer.json();
    if (times.length < 2) return;
    const series = [{ label: "Day (UTC)", value: (u, v) => (v == null ? "" : new Date(v * 1000).toISOString().slice(0, 10)) },
      line("Highest minute of the day", "--s1", { width: 2 })];
    const data = [times, peak];
    const bands = [];
    if (expected) {
      bands.push({ series: [2, 3], fill: color("--band") });
      const edge = { stroke: "transparent", mark: color("--band"), points: { show: false } };
      series.push(line("Forecast, high", "", edge), line("Forecast, low", "", edge), line("Forecast, expected", "--s4", { width: 2 }));
      data.push(high, low, expected);
    }
    limitLine(limit, times, series, data);
    plot(figure, series, data, { bands, tzDate: (at) => uPlot.tzDate(new Date(at * 1000), "Etc/UTC") }, { incrs: [1, 2, 7, 14, 28, 84].map((d) => d * 86400) });
  }

  let drawnAt = 0;
  function charts() {
    const home = document.querySelector(".live-charts");
    if (!home || typeof uPlot === "undefined") return;
    drawnAt = Date.now();
    const figureOf = (id) => document.getElementById(id)?.closest("figure");
    for (const [id, quantity, key] of [["chart-ingress", "ingress", "--s1"], ["chart-egress", "egress", "--s2"]]) {
      const figure = figureOf(id);
      if (figure) flow(figure, `${home.dataset.series}?quantity=${quantity}&window=${home.dataset.window}`, key).catch(() => {});
    }
    const figure = figureOf("chart-daily");
    if (figure) daily(figure, `${home.dataset.daily}?window=${home.dataset.window}`).catch(() => {});
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

  // localTimes puts times into the reader's zone: those that name a moment are rewritten, those that say how long ago get a title.
  function localTimes(root) {
    for (const t of root.querySelectorAll("time[datetime]")) {
      const at = new Date(t.getAttribute("datetime"));
      if (Number.isNaN(at.getTime())) continue;
      const local = `${at.toLocaleDateString("sv")} ${at.toLocaleTimeString("sv", { hour: "2-digit", minute: "2-digit" })}`;
      if (t.classList.contains("at")) {
        t.title = t.textContent;
        t.textContent = `${local} ${zoneOf(at)}`;
      } else t.title = `${local} ${zoneOf(at)}`;
    }
  }

  const zoneOf = (at) => new Intl.DateTimeFormat("en", { timeZoneName: "shortOffset" }).formatToParts(at).find((p) => p.type === "timeZoneName").value.replace("GMT", "UTC").replace("UTC+0", "UTC");

  localTimes(document);
  charts();
  whatIf();
  maintenance();
  search();
  follow();
})();
