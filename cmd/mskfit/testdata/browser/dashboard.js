// Opens every page of a running daemon in Chromium and checks what only a browser can tell. Prints one problem a line.
// node dashboard.js URL CLUSTER PLAYWRIGHT AXE CHROMIUM
"use strict";
const [, , base, cluster, playwright, axeFile, chromium] = process.argv;
const pw = require(playwright);
const axe = require("fs").readFileSync(axeFile, "utf8");
const problem = (page, text) => console.log(`${page}: ${text}`);

async function open(browser, path, { init, ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  if (init) await context.addInitScript(init);
  const page = await context.newPage();
  page.on("console", (m) => { if (m.type() === "error") problem(path, `console: ${m.text()}`); });
  page.on("pageerror", (e) => problem(path, `script: ${e.message}`));
  page.on("request", (r) => { if (!r.url().startsWith(base) && !r.url().startsWith("data:")) problem(path, `a request leaves the host: ${r.url()}`); });
  const answer = await page.goto(base + path, { waitUntil: "load" });
  if (answer.status() !== 200) problem(path, `status ${answer.status()}`);
  return page;
}

async function accessible(page, name) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => axe.run());
  for (const v of violations) problem(name, `axe: ${v.impact} ${v.id}: ${v.nodes[0].target.join(" ")}`);
  const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (over > 0) problem(name, `${over} pixels wider than the window`);
}

// redraws: new data go into the chart that is there, another theme ends it; a page that is left open keeps no chart that it does not show.
async function redraws(browser, name) {
  const page = await open(browser, name, { colorScheme: "light", init: () => {
    window.observers = 0;
    const { observe, disconnect } = ResizeObserver.prototype;
    ResizeObserver.prototype.observe = function (...of) { window.observers++; observe.apply(this, of); };
    ResizeObserver.prototype.disconnect = function () { window.observers--; disconnect.apply(this); };
  } });
  const figure = page.locator("figure", { has: page.locator("#chart-ingress") }), chart = figure.locator(".uplot");
  await chart.waitFor();
  await page.locator("figure", { has: page.locator("#chart-egress") }).locator(".uplot").waitFor();
  await page.locator("figure", { has: page.locator("#chart-daily") }).locator(".uplot").waitFor();
  const count = () => page.evaluate(() => [document.querySelectorAll(".uplot").length, window.observers].join(" charts, observers: "));
  await chart.evaluate((c) => { c.dataset.first = "yes"; });
  const before = await count();
  const asked = () => page.waitForResponse((r) => r.url().includes("quantity=ingress"), { timeout: 20000 }).then((r) => r.finished());
  for (let i = 0; i < 2; i++) {
    const answer = asked();
    await page.evaluate(() => { const real = Date.now; Date.now = () => real.call(Date) + 61000; });
    await answer;
  }
  if (!(await figure.locator(".uplot[data-first]").count())) problem(name, "new data make a new chart");
  const redrawn = asked();
  await page.emulateMedia({ colorScheme: "dark" });
  await redrawn;
  await figure.locator(".uplot:not([data-first])").waitFor();
  const after = await count();
  if (after !== before) problem(name, `charts after redraws: ${after}, before: ${before}`);
  await page.context().close();
}

(async () => {
  const browser = await pw.chromium.launch({ executablePath: chromium, args: ["--no-sandbox", "--disable-gpu"] });
  try {
    const home = `/clusters/${cluster}`;
    const topic = await (async () => {
      const page = await open(browser, `${home}/topics`);
      const link = await page.locator("tbody th a").first().getAttribute("href");
      await page.context().close();
      return link;
    })();
    for (const path of ["/", home, `${home}?window=6h`, `${home}/topics`, `${home}/groups`, topic, `${home}/what-if`, "/alerts", "/alerts?state=open&window=7d", "/system"]) {
      for (const [name, options] of [["desktop, light", { colorScheme: "light" }], ["phone, dark", { colorScheme: "dark", viewport: { width: 390, height: 844 } }]]) {
        const page = await open(browser, path, options);
        await page.locator("#live", { hasText: "live" }).waitFor();
        await accessible(page, `${path} (${name})`);
        await page.context().close();
      }
    }

    // Figures move without a reload.
    let page = await open(browser, "/");
    await page.evaluate(() => { window.sameDocument = true; });
    const before = await page.locator('[data-live="clock"] time').getAttribute("datetime");
    await page.waitForFunction((b) => document.querySelector('[data-live="clock"] time').getAttribute("datetime") !== b, before, { timeout: 20000 });
    if (!(await page.evaluate(() => window.sameDocument))) problem("/", "the page was loaded again");

    // Watching costs requests and bytes, and the page has the numbers.
    await page.goto(`${base}/system`);
    const costs = await page.locator('[data-live="costs"] tbody tr').first().locator("td").allInnerTexts();
    if (!costs.slice(0, 3).every((c) => /^[0-9]/.test(c))) problem("/system", `requests, bytes sent and received are ${costs.slice(0, 3).join(", ")}`);
    await page.goto(`${base}/`);

    // Search filters while one types, and is kept in the link.
    await page.fill("#q", "no such cluster");
    await page.getByText("No cluster matches.").waitFor();
    if (!page.url().includes("q=no+such+cluster")) problem("/", `the search is not in the link: ${page.url()}`);
    await page.goto(`${base}/?sort=name`);
    if ((await page.locator("th[aria-sort]").innerText()).indexOf("Cluster") < 0) problem("/?sort=name", "not sorted by the link's column");

    // The keyboard alone leads to a cluster.
    await page.goto(`${base}/`);
    for (let i = 0; i < 40; i++) {
      await page.keyboard.press("Tab");
      if ((await page.evaluate(() => document.activeElement.getAttribute("href"))) === home) break;
    }
    await page.keyboard.press("Enter");
    await page.waitForURL(`${base}${home}`);

    // The chart over time can be pointed at, and has a table behind it.
    const figure = page.locator("figure", { has: page.locator("#chart-ingress") });
    await figure.locator("canvas").waitFor();
    const table = await figure.getAttribute("aria-details");
    if (!table || !(await page.locator(`[id="${table}"] table`).count())) problem(home, "no table behind the chart");
    await redraws(browser, home);

    // The history of alerts keeps its selection in the link.
    await page.goto(`${base}/alerts`);
    await page.selectOption("#state", "resolved");
    await page.selectOption("#window", "7d");
    await page.getByRole("button", { name: "Show" }).click();
    await page.getByText("No alert matches").waitFor();
    if (!page.url().includes("state=resolved") || !page.url().includes("window=7d")) problem("/alerts", `the selection is not in the link: ${page.url()}`);

    // The what-if decides at once, and the link keeps the setting.
    await page.goto(`${base}${home}/what-if`);
    await page.selectOption("#region", "eu-west-1");
    await page.getByText("for eu-west-1").waitFor();
    await page.fill("#growth", "20000");
    await page.getByText("is not a number from -90 to 1000").waitFor();
    if (!page.url().includes("region=eu-west-1")) problem("what-if", `the setting is not in the link: ${page.url()}`);

    // Maintenance is declared and ended from the page.
    await page.goto(`${base}/alerts`);
    await page.fill("#reason", "broker upgrade");
    await page.getByRole("button", { name: "Declare" }).click();
    await page.locator('[data-live="maintenance"]').getByText("broker upgrade").waitFor();
    await page.getByRole("button", { name: "End" }).click();
    await page.locator('[data-live="maintenance"]').getByText("None.").waitFor();
  } finally {
    await browser.close();
  }
})().catch((e) => { problem("browser", e.message.split("\n").slice(0, 3).join(" ")); process.exitCode = 1; });
