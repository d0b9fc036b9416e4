// Draws the charts from their data blocks and adds what needs a script: theme switch, copy link, PNG, finding in lists. Pages are complete
// without it, as tables. Text from the data enters the document as text only, never as markup.
"use strict";
(() => {
  const root = document.documentElement;
  const css = name => getComputedStyle(root).getPropertyValue(name).trim();
  const whole = new Intl.NumberFormat();
  const pad = n => String(n).padStart(2, "0");

  // Formatters of axes and labels, by the name that the server writes; one place for all charts.
  const formatters = {
    count: v => whole.format(v),
    hour: v => (v % 3 === 0 ? pad(v) : ""),
    month: v => (v.endsWith("-01") ? v.slice(0, 4) : v.slice(5)),
    share: v => Math.round(100 * v) + "%",
  };

  // Names of coordinates in tooltips.
  const names = {
    hours: h => pad(h) + ":00–" + pad(h + 1) + ":00",
    weekday: d => new Date(2024, 0, 1 + d).toLocaleDateString(undefined, { weekday: "long" }), // the first of 2024 was a Monday
  };

  // Tooltips: lines of text; the first is bold.
  const tips = {
    cell: (p, block, option) => {
      const [x, y, n] = p.value;
      const name = (axis, i) => { const word = option[axis + "Axis"][0].data[i], as = block.names && names[block.names[axis]]; return as ? as(i) : word; };
      return [name("y", y) + ", " + name("x", x), whole.format(n) + " " + block.unit];
    },
    day: (p, block) => [new Date(p.value[0] + "T12:00:00").toLocaleDateString(undefined, { weekday: "long", year: "numeric", month: "long", day: "numeric" }), whole.format(p.value[1]) + " " + block.unit],
    bar: (p, block) => [p.name, whole.format(p.value) + " " + block.unit],
  };

  // What custom series draw.
  const items = {
    frame: (params, api) => {
      // A rectangle in cells: 8, 0, 18, 5 runs from the left edge of cell 8 to the left edge of cell 18.
      const [w, h] = api.size([1, 1]), [cx, cy] = api.coord([0, 0]);
      const x = v => cx + (v - 0.5) * w, y = v => cy + (v - 0.5) * h;
      const x0 = x(api.value(0)), y0 = y(api.value(1));
      return { type: "rect", silent: true, shape: { x: x0, y: y0, width: x(api.value(2)) - x0, height: y(api.value(3)) - y0 }, style: { fill: "none", stroke: css("--frame"), lineWidth: 1.5, lineDash: [4, 3] } };
    },
    missing: (params, api) => {
      const calendar = params.coordSys.type === "calendar";
      const [x, y] = api.coord(calendar ? [api.value(0)] : [api.value(0), api.value(1)]);
      const [w, h] = calendar ? [params.coordSys.cellWidth, params.coordSys.cellHeight] : api.size([1, 1]);
      return { type: "rect", silent: true, shape: { x: x - w / 2, y: y - h / 2, width: w, height: h }, style: { fill: hatch() } };
    },
  };
  function hatch() {
    const c = document.createElement("canvas"), g = c.getContext("2d");
    c.width = c.height = 6;
    g.strokeStyle = css("--hatch");
    g.lineWidth = 1;
    for (const d of [-6, 0, 6]) { g.moveTo(d, 6); g.lineTo(d + 6, 0); }
    g.stroke();
    return { image: c, repeat: "repeat" };
  }

  // theme is what ECharts needs of the page's colours.
  function theme() {
    const ink = css("--ink"), muted = css("--muted"), line = css("--line"), surface = css("--surface");
    const axis = { axisLine: { lineStyle: { color: line } }, axisTick: { show: false }, axisLabel: { color: muted, fontSize: 12 }, splitLine: { lineStyle: { color: line } }, splitArea: { show: false } };
    return {
      backgroundColor: "transparent", textStyle: { fontFamily: css("--font"), color: ink }, color: [css("--accent"), css("--ramp-2"), css("--ramp-5"), css("--ramp-1")],
      categoryAxis: { ...axis, splitLine: { show: false } }, valueAxis: { ...axis, axisLine: { show: false } },
      tooltip: { backgroundColor: css("--raised"), borderColor: line, borderWidth: 1, padding: [8, 12], textStyle: { color: ink, fontSize: 13 } },
      calendar: { itemStyle: { color: surface, borderColor: line, borderWidth: 1 }, splitLine: { lineStyle: { color: muted, width: 1 } }, dayLabel: { color: muted, fontSize: 11 }, monthLabel: { color: muted, fontSize: 12 }, yearLabel: { color: ink, fontSize: 14 } },
    };
  }

  // prepare turns the server's option into one for ECharts: names become functions and colours, cells get the theme's borders.
  function prepare(block, narrow) {
    const option = structuredClone(block.option);
    delete option.color; // the theme's
    (function resolve(node) {
      for (const [key, value] of Object.entries(node)) {
        if (key === "formatter" && typeof value === "string") node[key] = formatters[value];
        else if (key === "renderItem") node[key] = items[value];
        else if (key === "color" && /^ramp-[0-6]$/.test(value)) node[key] = css("--" + value);
        else if (key !== "data" && value && typeof value === "object") resolve(value);
      }
    })(option);
    const surface = css("--surface"), line = css("--line");
    option.tooltip = { ...option.tooltip, confine: true, transitionDuration: 0, formatter: p => tooltip(p, block, option) };
    for (const s of option.series) {
      if (s.type === "heatmap") {
        s.itemStyle = { borderColor: s.coordinateSystem === "calendar" ? line : surface, borderWidth: s.coordinateSystem === "calendar" ? 1 : 2, borderRadius: 3 };
        s.emphasis = { itemStyle: { borderColor: css("--ink"), borderWidth: 1.5 } };
      }
      if (s.type === "bar") Object.assign(s, { barMaxWidth: 40, barCategoryGap: "25%", itemStyle: { borderRadius: [3, 3, 0, 0] } });
      if (s.type === "custom") Object.assign(s, { silent: true, tooltip: { show: false }, z: s.name === "frame" ? 5 : 3 });
      s.cursor = block.drill && s.type !== "custom" ? "pointer" : "default";
    }
    if (option.series.some(s => s.type === "heatmap" && !s.coordinateSystem)) {
      for (const axis of [...option.xAxis, ...option.yAxis]) Object.assign(axis, { axisLine: { show: false }, splitLine: { show: true, interval: 0, lineStyle: { color: line, width: 1 } } });
    }
    for (const c of option.calendar || []) {
      c.monthLabel = { nameMap: narrow ? [..."JFMAMJJASOND"] : "en" };
      c.dayLabel = { ...c.dayLabel, nameMap: [..."SMTWTFS"] };
      c.left = narrow ? 44 : 64;
      c.right = narrow ? 2 : 8;
      c.yearLabel = { margin: narrow ? 28 : 36 };
    }
    for (const v of option.visualMap || []) v.outOfRange = { opacity: 0 };
    return option;
  }

  function tooltip(p, block, option) {
    const lines = tips[block.tip] ? tips[block.tip](p, block, option) : [p.name];
    const el = document.createElement("div");
    el.className = "tip";
    lines.forEach((text, i) => el.appendChild(document.createElement(i ? "span" : "b")).textContent = text);
    return el;
  }

  // target is where a click on a mark leads, or "".
  function target(p, drill) {
    if (!drill) return "";
    if (drill.urls) return drill.urls[p.dataIndex] || "";
    const url = new URL(drill.base, location.origin);
    [drill.x, drill.y].forEach((axis, i) => { if (axis) url.searchParams.set(axis.name, axis.values ? axis.values[p.value[i]] : p.value[i]); });
    return url.href;
  }

  const charts = [];
  function draw(script) {
    const el = document.getElementById(script.dataset.chart);
    if (!window.echarts || !el || el.offsetParent === null || echarts.getInstanceByDom(el)) return;
    const block = JSON.parse(script.textContent);
    const narrow = el.clientWidth < 480;
    el.style.height = (narrow && !block.option.calendar ? 0.7 : 1) * block.height + "px";
    const chart = echarts.init(el, theme(), { renderer: "canvas" });
    chart.setOption(prepare(block, narrow));
    chart.on("click", p => {
      const url = p.seriesType === "custom" ? "" : target(p, block.drill);
      if (url) location.href = url;
    });
    charts.push({ el, script, chart });
    size.observe(el);
  }
  const size = new ResizeObserver(entries => entries.forEach(e => { const c = window.echarts && echarts.getInstanceByDom(e.target); if (c) c.resize(); }));
  const drawAll = () => document.querySelectorAll("script[data-chart]").forEach(draw);
  function redraw() {
    for (const { el, chart } of charts.splice(0)) { size.unobserve(el); chart.dispose(); }
    drawAll();
  }

  drawAll();
  document.addEventListener("toggle", e => { if (e.target.open) e.target.querySelectorAll("script[data-chart]").forEach(draw); }, true);

  // Theme: the system's until switched.
  const dark = matchMedia("(prefers-color-scheme: dark)");
  dark.addEventListener("change", redraw);
  document.querySelectorAll("[data-theme-switch]").forEach(button => button.addEventListener("click", () => {
    const now = root.dataset.theme || (dark.matches ? "dark" : "light");
    root.dataset.theme = now === "dark" ? "light" : "dark";
    try { localStorage.setItem("orgheat-theme", root.dataset.theme); } catch { /* not remembered */ }
    redraw();
  }));
  let before;
  addEventListener("beforeprint", () => { before = root.dataset.theme; root.dataset.theme = "light"; redraw(); });
  addEventListener("afterprint", () => { if (before) root.dataset.theme = before; else delete root.dataset.theme; redraw(); });

  // The current page is in sight in a navigation that scrolls sideways.
  const nav = document.querySelector(".bar nav"), current = nav && nav.querySelector("[aria-current]");
  if (current) nav.scrollLeft = current.offsetLeft - nav.offsetLeft - 48;

  // Popovers: one at a time; Escape and a click elsewhere close them.
  const pops = [...document.querySelectorAll("details[data-pop]")];
  pops.forEach(d => d.addEventListener("toggle", () => { if (d.open) pops.forEach(o => { if (o !== d) o.open = false; }); }));
  document.addEventListener("keydown", e => { if (e.key === "Escape") pops.filter(d => d.open).forEach(d => { d.open = false; d.querySelector("summary").focus(); }); });
  document.addEventListener("click", e => pops.forEach(d => { if (d.open && !d.contains(e.target)) d.open = false; }));
  document.querySelectorAll("[data-find]").forEach(input => input.addEventListener("input", () => {
    const word = input.value.toLowerCase();
    input.parentElement.querySelectorAll("fieldset label").forEach(l => { l.hidden = !l.textContent.toLowerCase().includes(word); });
  }));
  // Empty fields stay out of the address.
  document.querySelectorAll("form.filters").forEach(form => form.addEventListener("submit", () => {
    form.querySelectorAll("input[name]").forEach(i => { if (i.value === "" && i.type !== "checkbox" && i.type !== "hidden") i.disabled = true; });
  }));
  addEventListener("pageshow", () => document.querySelectorAll("form.filters input:disabled").forEach(i => { i.disabled = false; }));

  // Tools of panels.
  document.addEventListener("click", e => {
    const png = e.target.closest("[data-png]"), copy = e.target.closest("[data-copy]"), reload = e.target.closest("[data-reload]");
    if (png) charts.filter(c => c.el.closest(".panel").id === png.dataset.png).forEach(({ el, chart }) => {
      const a = document.createElement("a");
      a.href = chart.getDataURL({ type: "png", pixelRatio: 2, backgroundColor: css("--surface") });
      a.download = "orgheat-" + el.id + ".png";
      a.click();
    });
    if (copy) {
      const url = new URL(location.href);
      url.hash = copy.dataset.copy;
      const said = copy.textContent;
      navigator.clipboard.writeText(url.href).then(() => { copy.textContent = "Copied"; }, () => { copy.textContent = url.href; }).then(() => setTimeout(() => { copy.textContent = said; }, 2000));
    }
    if (reload) { e.preventDefault(); location.reload(); }
  });
})();
