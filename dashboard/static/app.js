// Draws the charts from their data blocks and adds what needs a script: theme switch, copy link, PNG, finding in lists. Pages are complete
// without it, as tables. Text from the data enters the document as text only, never as markup.
"use strict";
(() => {
  const root = document.documentElement;
  const css = name => getComputedStyle(root).getPropertyValue(name).trim();
  const whole = new Intl.NumberFormat();
  const fraction = digits => new Intl.NumberFormat(undefined, { maximumFractionDigits: digits });
  const named = (options, date) => new Intl.DateTimeFormat(undefined, { timeZone: "UTC", ...options }).format(date);
  const monthName = (month, style = "short") => named({ month: style }, Date.UTC(2024, month - 1, 15));
  const dayName = (day, style) => named({ weekday: style }, Date.UTC(2024, 0, day)); // the first of 2024 was a Monday
  const pad = n => String(n).padStart(2, "0");

  // Formatters of axes and labels, by the name that the server writes; one place for all charts.
  const formatters = {
    count: v => whole.format(v),
    times: v => fraction(2).format(v) + "×",
    hour: v => (v % 3 === 0 ? pad(v) : ""),
    month: v => (v.endsWith("-01") ? v.slice(0, 4) : monthName(v.slice(5))),
    year: v => (v.endsWith("-01") || v.endsWith("Q1") ? v.slice(0, 4) : ""), // months too close for their names
    share: v => Math.round(100 * v) + "%",
    short: v => new Intl.NumberFormat(undefined, { notation: "compact" }).format(v),
    decimal: v => fraction(v < 1 ? 2 : 1).format(v),
    weekday: v => dayName(+v, "short"),
    minutes: v => (v < 60 ? fraction(1).format(v) + " min" : v < 48 * 60 ? fraction(1).format(v / 60) + " h" : fraction(1).format(v / 1440) + " d"),
    period: v => (v.length === 4 ? v : v[4] === "Q" ? (v.endsWith("Q1") ? v.slice(0, 4) : v.slice(4)) : formatters.month(v)),
    words: v => v.replaceAll("_", " "),
    none: () => "",
  };
  // Times of a category axis, every so many minutes; a day's first is its date.
  for (const every of [15, 30, 60, 120, 240, 480, 1440]) formatters["every" + every] = v => {
    const m = 60 * v.slice(11, 13) + +v.slice(14, 16);
    return m % every ? "" : m ? v.slice(11) : v.slice(5, 10);
  };

  // Names of coordinates in tooltips.
  const names = {
    hours: h => pad(h) + ":00–" + pad(h + 1) + ":00",
    moment: (i, word) => word + " UTC",
    weekday: (i, day) => dayName(+day, "long"),
  };

  // Tooltips: lines of text; the first is bold.
  const tips = {
    cell: (p, block, option) => {
      const [x, y, n] = p.value;
      const name = (axis, i) => { const word = option[axis + "Axis"][0].data[i], as = block.names && names[block.names[axis]]; return as ? as(i, word) : word; };
      return [name("y", y) + ", " + name("x", x), (formatters[block.format] || whole.format)(n) + " " + block.unit];
    },
    day: (p, block) => [new Date(p.value[0] + "T12:00:00").toLocaleDateString(undefined, { weekday: "long", year: "numeric", month: "long", day: "numeric" }), whole.format(p.value[1]) + " " + block.unit],
    bar: (p, block) => [p.name, whole.format(p.value) + " " + block.unit],
    stack: (p, block) => {
      const [a, b, n, total] = p.value;
      return [p.name, p.seriesName + ": " + (block.format === "share" ? formatters.share(block.names.bar === "y" ? a : b) + ", " : "") + formatters.decimal(n) + " of " + formatters.decimal(total) + " " + block.unit];
    },
    point: (p, block) => {
      const [, v, low, high, n, step] = p.value, f = formatters[block.format];
      const lines = [step || p.name, p.seriesName + ": " + f(v) + (block.unit ? " " + block.unit : "")];
      if (typeof low === "number") lines.push("95% interval " + f(low) + " to " + f(high));
      if (block.names && block.names.n) lines.push(whole.format(n) + " " + block.names.n);
      return lines;
    },
    interval: (p, block) => {
      const [v, , low, high, n, name] = p.value, f = formatters[block.format], lines = [name, f(v) + (block.unit ? " " + block.unit : "")];
      lines.push(typeof low === "number" ? "95% interval " + f(low) + " to " + f(high) : "no interval: too few people");
      return [...lines, whole.format(n) + " " + block.names.n];
    },
    lorenz: (p, block) => [formatters.share(p.value[0]) + " of people, those with least", formatters.share(p.value[1]) + " of " + block.unit],
    dot: (p, block) => [block.cases[p.value[2]][0], formatters[block.format](p.value[3] ?? p.value[1]) + (block.unit ? " " + block.unit : "")],
    ratio: (p, block, option) => [formatters.words(option.yAxis[0].data[p.value[1]]) + ", week " + option.xAxis[0].data[p.value[0]], fraction(2).format(p.value[2]) + " times the expected", p.value[3] + " " + block.unit + ", " + formatters.decimal(p.value[4]) + " expected"],
    week: (p, block, option) => {
      const day = ms => new Date(ms).toLocaleDateString(undefined, { year: "numeric", month: "short", day: "numeric", timeZone: "UTC" });
      const v = p.value;
      if (p.seriesName === "span") return [v[3], day(v[0]) + (v[2] - v[0] > 864e5 ? " to " + day(v[2] - 1) : "")];
      if (p.seriesName !== "weeks") return [p.seriesName, "week of " + day(v[0] - 3024e5) + ": " + whole.format(v[1])];
      const lines = ["Week of " + day(v[0] - 3024e5), whole.format(v[1]) + " " + block.unit];
      const [expected, upper] = ["expected", "upper"].map(name => (option.series.find(s => s.name === name).data.find(d => d[0] === v[0]) || [])[1]);
      return upper === undefined ? lines : [...lines, formatters.decimal(expected) + " expected, at most " + formatters.decimal(upper) + " by chance (99%)"];
    },
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
    moment: (params, api) => {
      const [w] = api.size([1, 1]), [cx] = api.coord([0, 0]), { y, height } = params.coordSys, x = cx + (api.value(0) - 0.5) * w;
      return { type: "group", silent: true, children: [
        { type: "line", shape: { x1: x, x2: x, y1: y - 4, y2: y + height }, style: { stroke: css("--frame"), lineWidth: 1.5, lineDash: [4, 3] } },
        { type: "text", style: { text: params.seriesName, x, y: y - 6, align: api.value(1) ? "left" : "right", verticalAlign: "bottom", fill: css("--muted"), font: "12px " + css("--font") } }] };
    },
    missing: (params, api) => {
      const calendar = params.coordSys.type === "calendar";
      const [x, y] = api.coord(calendar ? [api.value(0)] : [api.value(0), api.value(1)]);
      const [w, h] = calendar ? [params.coordSys.cellWidth, params.coordSys.cellHeight] : api.size([1, 1]);
      return { type: "rect", silent: true, shape: { x: x - w / 2, y: y - h / 2, width: w, height: h }, style: { fill: hatch() } };
    },
  };
  const fillOf = api => api.visual("color");
  Object.assign(items, {
    // An interval: 0 is the step, 1 and 2 its ends.
    whisker: (params, api) => {
      const [x, y0] = api.coord([api.value(0), api.value(1)]), y1 = api.coord([api.value(0), api.value(2)])[1];
      const stroke = { stroke: fillOf(api), lineWidth: 1.5, opacity: 0.6 };
      return { type: "group", children: [[x, y0, x, y1], [x - 4, y0, x + 4, y0], [x - 4, y1, x + 4, y1]].map(([x1, a, x2, b]) => ({ type: "line", shape: { x1, y1: a, x2, y2: b }, style: stroke })) };
    },
    // An interval from left to right: 1 is the row, 0 and 2 its ends.
    across: (params, api) => {
      const [x0, y] = api.coord([api.value(0), api.value(1)]), x1 = api.coord([api.value(2), api.value(1)])[0], stroke = { stroke: fillOf(api), lineWidth: 1.5, opacity: 0.6 };
      return { type: "group", children: [[x0, y, x1, y], [x0, y - 4, x0, y + 4], [x1, y - 4, x1, y + 4]].map(([a, y1, b, y2]) => ({ type: "line", shape: { x1: a, y1, x2: b, y2 }, style: stroke })) };
    },
    // A line from top to bottom at 0, which values compare with.
    level: (params, api) => {
      const x = api.coord([api.value(0), 0])[0], { y, height } = params.coordSys;
      return { type: "line", shape: { x1: x, x2: x, y1: y, y2: y + height }, style: { stroke: css("--ink"), lineWidth: 1, lineDash: [4, 3] } };
    },
    // A piece of a band from one step to the next.
    band: (params, api) => {
      const i = api.value(0), points = [[i, 1], [i + 1, 3], [i + 1, 4], [i, 2]].map(([step, dim]) => api.coord([step, api.value(dim)]));
      return { type: "polygon", shape: { points }, style: { fill: fillOf(api), opacity: 0.45 } };
    },
    // Steps that are marked from top to bottom: 0 and 2.
    mark: (params, api) => {
      const w = api.size([1, 0])[0], x0 = api.coord([api.value(0), 0])[0] - w / 2, x1 = api.coord([api.value(2), 0])[0] + w / 2, c = params.coordSys;
      return { type: "rect", shape: { x: x0, y: c.y, width: x1 - x0, height: c.height }, style: { fill: fillOf(api), opacity: 0.14 } };
    },
    // Median and quartiles of a column: 0 its middle, 1 to 3 the quartiles.
    box: (params, api) => {
      const w = 0.34 * api.size([1, 0])[0], [x, y1] = api.coord([api.value(0), api.value(1)]), y2 = api.coord([api.value(0), api.value(2)])[1], y3 = api.coord([api.value(0), api.value(3)])[1];
      return { type: "group", children: [
        { type: "rect", shape: { x: x - w, y: y3, width: 2 * w, height: y1 - y3 }, style: { fill: "none", stroke: fillOf(api), lineWidth: 1 } },
        { type: "line", shape: { x1: x - w, y1: y2, x2: x + w, y2 }, style: { stroke: fillOf(api), lineWidth: 3 } }] };
    },
    // What a bar, or a column, was before: a dash across it; 0 its middle, 1 the value.
    was: (params, api) => {
      const [x, y] = api.coord([api.value(0), api.value(1)]), w = Math.min(0.46 * api.size([1, 0])[0], 24);
      return { type: "line", shape: { x1: x - w, x2: x + w, y1: y, y2: y }, style: { stroke: fillOf(api), lineWidth: 2, lineDash: [4, 3] } };
    },
    wasAcross: (params, api) => {
      const [x, y] = api.coord([api.value(0), api.value(1)]), h = Math.min(0.46 * api.size([0, 1])[1], 24);
      return { type: "line", shape: { x1: x, x2: x, y1: y - h, y2: y + h }, style: { stroke: fillOf(api), lineWidth: 2, lineDash: [4, 3] } };
    },
    wasDot: (params, api) => {
      const [x, y] = api.coord([api.value(0), api.value(1)]);
      return { type: "polygon", shape: { points: [[x - 6, y], [x, y - 6], [x + 6, y], [x, y + 6]] }, style: { fill: css("--surface"), stroke: fillOf(api), lineWidth: 1.5 } };
    },
    dotted: (params, api) => {
      const [cx, cy] = api.coord([api.value(0), api.value(1)]);
      return { type: "circle", shape: { cx, cy, r: 3 }, style: { fill: css("--ink"), stroke: css("--surface"), lineWidth: 1 } };
    },
    // A flag above a counted week.
    spike: (params, api) => {
      const [x, y] = api.coord([api.value(0), api.value(1)]);
      return { type: "polygon", shape: { points: [[x - 6, y - 12], [x + 6, y - 12], [x, y - 3]] }, style: { fill: fillOf(api) } };
    },
    // What lasts from 0 to 2 in lane 1; a day is at least wide enough to see.
    span: (params, api) => {
      const [x0, y] = api.coord([api.value(0), api.value(1)]), x1 = api.coord([api.value(2), api.value(1)])[0], h = 0.56 * api.size([0, 1])[1], width = Math.max(x1 - x0, 5);
      return { type: "rect", shape: { x: x0, y: y - h / 2, width, height: h, r: 2 }, style: { fill: fillOf(api) }, emphasis: { style: { fill: css("--ink") } } };
    },
  });
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
      categoryAxis: { ...axis, splitLine: { show: false } }, valueAxis: { ...axis, axisLine: { show: false } }, timeAxis: axis, logAxis: { ...axis, axisLine: { show: false } },
      tooltip: { backgroundColor: css("--raised"), borderColor: line, borderWidth: 1, padding: [8, 12], textStyle: { color: ink, fontSize: 13 } },
      calendar: { itemStyle: { color: surface, borderColor: line, borderWidth: 1 }, splitLine: { lineStyle: { color: muted, width: 1 } }, dayLabel: { color: muted, fontSize: 11 }, monthLabel: { color: muted, fontSize: 12 }, yearLabel: { color: ink, fontSize: 14 } },
    };
  }

  // On phones a long name beside its bar loses its middle: its end tells it from others, and has its number.
  function shortNames(axis, narrow) {
    const f = (axis.axisLabel || {}).formatter || (v => v);
    return narrow ? { fontSize: 11, formatter: v => { const s = f(v); return s.length > 20 ? s.slice(0, 8) + "…" + s.slice(-11) : s; } } : {};
  }

  // prepare turns the server's option into one for ECharts: names become functions and colours, cells get the theme's borders.
  function prepare(block, width) {
    const narrow = width < 480;
    const option = structuredClone(block.option);
    (function resolve(node) {
      for (const [key, value] of Object.entries(node)) {
        if (key === "formatter" && value === "month" && width / block.option.xAxis[0].data.length < 32) node[key] = formatters.year;
        else if (key === "formatter" && typeof value === "string") {
          node[key] = formatters[value];
          if (value === "year") node.interval = 0; // the first month or quarter of each, wherever it is
        }
        else if (key === "renderItem") node[key] = items[value];
        else if (key === "color" && /^((ramp|cat|div)-[0-6]|ink|line|muted)$/.test(value)) node[key] = css("--" + value);
        else if (key !== "data" && value && typeof value === "object") resolve(value);
      }
    })(option);
    const surface = css("--surface"), line = css("--line");
    option.series.forEach((s, i) => {
      if (block.tip === "week" && s.data) s.data = s.data.map(d => d.map((v, j) => (j === 0 || (j === 2 && s.name === "span") ? v * 432e5 : v)));
      if (s.name === "whisker") s.data = option.series[i + 1].data.filter(d => typeof d[2] === "number").map(d => [d[0], d[2], d[3]]);
      if (s.type === "heatmap" && s.coordinateSystem === "calendar") {
        const first = Date.parse(option.calendar[s.calendarIndex || 0].range[0]);
        s.data = s.data.map((n, day) => [new Date(first + day * 864e5).toISOString().slice(0, 10), n]).filter(d => d[1] > 0);
      }
    });
    option.tooltip = { ...option.tooltip, confine: true, transitionDuration: 0, formatter: p => tooltip(p, block, option) };
    for (const s of option.series) {
      if (s.type === "heatmap") {
        s.progressive = 0; // whole at once: paper does not wait
        const dense = !s.coordinateSystem && option.xAxis[0].data.length > (narrow ? 30 : 80);
        s.itemStyle = { borderColor: s.coordinateSystem === "calendar" ? line : surface, borderWidth: s.coordinateSystem === "calendar" || dense && !narrow ? 1 : dense ? 0 : 2, borderRadius: dense ? 0 : 3 };
        s.emphasis = { itemStyle: { borderColor: css("--ink"), borderWidth: 1.5 } };
      }
      if (s.type === "bar") Object.assign(s, { barMaxWidth: s.stack ? 28 : 40, barCategoryGap: "25%", itemStyle: { ...s.itemStyle, ...(s.stack ? { borderColor: surface, borderWidth: 0.5 } : { borderRadius: [3, 3, 0, 0] }) } });
      if (s.type === "scatter" && s.name === "dots") s.itemStyle.opacity = +css("--dots");
      if (s.type === "scatter" && s.name === "open") s.itemStyle = { color: surface, borderColor: css("--cat-0"), borderWidth: 2 };
      if (s.type === "line") s.symbolSize = narrow ? 6 : 8;
      if (s.type === "custom") {
        const behind = ["band", "mark"].includes(s.name), said = s.name === "span";
        const held = { whisker: [1, 2], band: [1, 2, 3, 4], box: [1, 3] }[s.name]; // what the axis must have room for
        if (held) s.encode = { x: 0, y: held };
        if (s.name.startsWith("was")) s.encode = { x: 0, y: 1 };
        if (s.name === "across") s.encode = { x: [0, 2], y: 1 };
        Object.assign(s, { silent: !said, tooltip: { show: said }, z: behind ? 1 : s.name === "missing" ? 3 : 5 });
      }
      s.cursor = block.drill && s.type !== "custom" ? "pointer" : "default";
    }
    for (const axis of [...(option.xAxis || []), ...(option.yAxis || [])]) {
      const label = axis.axisLabel || {};
      if (axis.data && axis.data.length === 1 && [formatters.period, formatters.year, formatters.month].includes(label.formatter)) delete label.formatter;
      if (label.formatter === formatters.period && axis.data.length * 44 > width) label.interval = (i, v) => v.endsWith("Q1") || v.endsWith("-01"); // years only
      if (axis.type === "time") axis.containShape = false; // axes under each other must stay so
      const stops = axis.type === "log" && new Map([[formatters.minutes, [1, 5, 15, 60, 240, 1440, 10080, 43200]], [formatters.times, [0.25, 0.5, 1, 2, 4]]]).get(label.formatter);
      if (stops) {
        const ticks = { customValues: stops };
        Object.assign(axis, { axisLabel: { ...label, ...ticks }, axisTick: { show: false, ...ticks }, axisLine: { show: false } });
      }
    }
    if (option.series.some(s => s.type === "heatmap" && !s.coordinateSystem)) {
      for (const axis of [...option.xAxis, ...option.yAxis]) Object.assign(axis, { axisLine: { show: false }, splitLine: { show: axis.data.length <= 80, interval: 0, lineStyle: { color: line, width: 1 } } });
      // Long names must leave room for the cells.
      for (const axis of option.yAxis) axis.axisLabel = { interval: 0, ...axis.axisLabel, width: narrow ? 96 : 200, overflow: "truncate" };
      for (const axis of option.xAxis) {
        const turned = narrow && axis.data.length <= 12 && axis.data.some(w => w.length > 6) && !(axis.axisLabel || {}).formatter; // few words, which would hide each other
        axis.axisLabel = { ...axis.axisLabel, ...(turned ? { rotate: 45, interval: 0 } : { hideOverlap: true }) };
        if (axis.axisLabel.rotate) Object.assign(axis.axisLabel, { width: 120, overflow: "truncate" }); // beyond, they would leave the picture
      }
    }
    for (const axis of option.xAxis || []) if (axis.type === "log") axis.logBase = 2;
    for (const g of option.grid || []) g.outerBounds = { left: 0, right: 2, top: 2, bottom: 4 }; // letters reach below their line
    if (block.tip === "stack" && block.names.bar === "y") {
      for (const axis of option.yAxis) axis.axisLabel = { ...axis.axisLabel, interval: 0, width: narrow ? 120 : 240, overflow: "truncate", ...shortNames(axis, narrow) };
      for (const axis of option.xAxis) axis.axisLabel = { ...axis.axisLabel, hideOverlap: true };
    }
    if (block.tip === "interval") for (const axis of option.yAxis) axis.axisLabel = { ...axis.axisLabel, interval: 0, width: narrow ? 112 : 200, overflow: "truncate", ...shortNames(axis, narrow) };
    for (const c of option.calendar || []) {
      c.monthLabel = { nameMap: [...Array(12).keys()].map(m => monthName(m + 1, narrow ? "narrow" : "short")) };
      c.dayLabel = { ...c.dayLabel, nameMap: [...Array(7).keys()].map(d => dayName(d || 7, "narrow")) };
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

  // periodOf is a quarter, month or year by its name: its first day and that of the next.
  function periodOf(name) {
    const year = +name.slice(0, 4), quarter = name[4] === "Q";
    const month = quarter ? 3 * name.slice(5) - 3 : name.length > 4 ? name.slice(5) - 1 : 0;
    return [0, quarter ? 3 : name.length > 4 ? 1 : 12].map(n => new Date(Date.UTC(year, month + n, 1)));
  }

  // target is where a click on a mark leads, or "".
  function target(p, block) {
    const drill = block.drill;
    if (!drill) return "";
    if (drill.series) return (drill.series[p.seriesName] || [])[p.dataIndex] || "";
    if (drill.urls) return drill.urls[p.dataIndex] || "";
    if (drill.cases) return drill.base + block.cases[p.value[2]].at(-1);
    const url = new URL(drill.base, location.origin);
    if (drill.within) {
      const [from, to] = drill.within === "week" ? [0, 7].map(d => new Date(p.value[0] - 3024e5 + d * 864e5)) : periodOf(block.option[block.names && block.names.bar === "y" ? "yAxis" : "xAxis"][0].data[p.dataIndex]);
      if (drill.back) from.setUTCMonth(from.getUTCMonth() - drill.back);
      url.searchParams.set("from", from.toISOString().slice(0, 10));
      url.searchParams.set("to", to.toISOString().slice(0, 10));
    }
    [drill.x, drill.y].forEach((axis, i) => {
      if (!axis) return;
      const value = axis.values ? axis.values[p.value[i]] : p.value[i];
      if (axis.name) url.searchParams.set(axis.name, value);
      else new URLSearchParams(value).forEach((v, name) => url.searchParams.set(name, v));
    });
    return url.href;
  }

  // Times, and numbers as the server writes them, in the viewer's locale. Text of sources may hold numbers with a point, such as a version:
  // those are changed only where the server alone writes.
  document.querySelectorAll("main time[datetime]").forEach(t => {
    if (!/^\d{4}-\d\d-\d\d \d\d:\d\d$/.test(t.textContent)) return; // a time of day with that of somebody's own clock
    t.title = t.textContent + " UTC";
    t.textContent = named({ year: "numeric", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" }, new Date(t.dateTime));
  });
  if ((1234.5).toLocaleString() !== "1,234.5") {
    const written = s => (+s.replaceAll(",", "")).toLocaleString(undefined, { minimumFractionDigits: (s.split(".")[1] || "").length });
    const texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
    for (let node; (node = texts.nextNode());) {
      const el = node.parentElement;
      if (el.closest("script, code, pre, h1")) continue;
      const ours = el.closest("td.num, .panel > h2, .sub, .was, .legend, figcaption, .big, .change");
      const text = node.data.replace(ours ? /(?<![\w.-])(\d{1,3}(,\d{3})+|\d+)(\.\d+)?(?![\d.-])/g : /(?<![\w.,])\d{1,3}(,\d{3})+(\.\d+)?(?![\d.,])/g, n => (n.includes(",") || n.includes(".") ? written(n) : n));
      if (text !== node.data) node.data = text;
    }
  }

  const charts = [];
  function draw(script) {
    const el = document.getElementById(script.dataset.chart);
    if (!window.echarts || !el || el.offsetParent === null || echarts.getInstanceByDom(el)) return;
    const block = JSON.parse(script.textContent);
    const narrow = el.clientWidth < 480;
    el.style.height = (narrow && !block.option.calendar ? 0.7 : 1) * block.height + "px";
    const chart = echarts.init(el, theme(), { renderer: printing ? "svg" : "canvas" });
    chart.setOption(prepare(block, el.clientWidth));
    chart.on("click", p => {
      const url = p.seriesType === "custom" ? "" : target(p, block);
      if (url) location.href = url;
    });
    charts.push({ el, script, chart });
    size.observe(el);
  }
  const size = new ResizeObserver(entries => entries.forEach(e => { const c = window.echarts && echarts.getInstanceByDom(e.target); if (c) c.resize(); }));
  const drawAll = () => document.querySelectorAll("script[data-chart]").forEach(draw);
  let printing = false; // what a canvas holds comes to paper in part only
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
  addEventListener("beforeprint", () => { printing = true; before = root.dataset.theme; root.dataset.theme = "light"; redraw(); });
  addEventListener("afterprint", () => { printing = false; if (before) root.dataset.theme = before; else delete root.dataset.theme; redraw(); });

  // The current page is in sight in a navigation that scrolls sideways.
  const nav = document.querySelector(".bar nav"), current = nav && nav.querySelector("[aria-current]");
  if (current) nav.scrollLeft = current.offsetLeft - nav.offsetLeft - 48;

  // Popovers: one at a time; Escape and a click elsewhere close them.
  const pops = [...document.querySelectorAll("details[data-pop]")];
  pops.forEach(d => d.addEventListener("toggle", () => { if (d.open) pops.forEach(o => { if (o !== d) o.open = false; }); }));
  document.addEventListener("keydown", e => { if (e.key === "Escape") pops.filter(d => d.open).forEach(d => { d.open = false; d.querySelector("summary").focus(); }); });
  document.addEventListener("click", e => pops.forEach(d => { if (d.open && !d.contains(e.target)) d.open = false; }));
  // Lists to choose from: what a long one lacks comes when somebody looks at it, names or rows of people; finding hides the others.
  const find = input => {
    const word = input.value.toLowerCase();
    input.parentElement.querySelectorAll("fieldset label").forEach(l => { l.hidden = !l.textContent.toLowerCase().includes(word); });
  };
  async function complete(input) {
    const url = input.dataset.rest;
    if (!url) return;
    delete input.dataset.rest;
    const form = input.parentElement, some = form.querySelector("fieldset label"), answer = await fetch(url).catch(() => ({}));
    if (!answer.ok) { input.dataset.rest = url; return; } // the next look asks again
    const all = await answer.json(), at = all.columns && ["person", "name", "team", input.dataset.only].map(name => all.columns.findIndex(c => c.name === name));
    const listed = new Set([...form.querySelectorAll("fieldset input")].map(i => i.value));
    for (const [value, label] of at ? all.rows.filter(r => at[3] < 0 || r[at[3]]).map(r => [r[at[0]], [r[at[1]] || r[at[0]], r[at[2]]].filter(Boolean).join(" · ")]) : all.map(v => [v, v])) {
      if (listed.has(value)) continue;
      const one = some.cloneNode(true), box = one.querySelector("input");
      box.value = value;
      box.checked = false;
      box.removeAttribute("checked");
      one.replaceChildren(box, " " + label);
      some.parentElement.append(one);
    }
    form.querySelector("[data-more]")?.remove();
    find(input);
  }
  document.querySelectorAll("[data-find]").forEach(input => {
    input.addEventListener("input", () => find(input));
    input.addEventListener("focus", () => complete(input));
    input.closest("details[data-pop]")?.addEventListener("toggle", () => complete(input));
  });
  // Empty fields stay out of the address.
  document.querySelectorAll("form.filters").forEach(form => form.addEventListener("submit", () => {
    form.querySelectorAll("input[name]").forEach(i => { if (i.value === "" && i.type !== "checkbox" && i.type !== "hidden") i.disabled = true; });
  }));
  addEventListener("pageshow", () => document.querySelectorAll("form.filters input:disabled").forEach(i => { i.disabled = false; }));

  // A page that is on its way shows itself.
  document.addEventListener("click", e => {
    const a = e.target.closest("a[href]");
    if (a && !e.defaultPrevented && e.button === 0 && !(e.ctrlKey || e.metaKey || e.shiftKey) && a.origin === location.origin && !a.hasAttribute("download") && a.pathname + a.search !== location.pathname + location.search) root.classList.add("busy");
  });
  document.addEventListener("submit", () => root.classList.add("busy"));
  addEventListener("pageshow", () => root.classList.remove("busy"));

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
