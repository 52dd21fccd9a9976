/* What a map that left the house as one file does besides: it tells of what is clicked, measures on the ellipsoid, and
   prints. Texts arrive escaped for HTML. */
(function () {
  "use strict";

  const A = 6378137, F = 1 / 298.257222101, B = A * (1 - F), RAD = Math.PI / 180;
  const MU_PER_HA = 15, PAPER = {width: 1040, height: 640};  // px of a map on an A4 that lies

  /* Metres along the geodesic between two {lat, lng} (Vincenty's inverse formula, CGCS2000) */
  function metres(p, q) {
    const u1 = Math.atan((1 - F) * Math.tan(p.lat * RAD)), u2 = Math.atan((1 - F) * Math.tan(q.lat * RAD));
    const s1 = Math.sin(u1), c1 = Math.cos(u1), s2 = Math.sin(u2), c2 = Math.cos(u2), turn = (q.lng - p.lng) * RAD;
    let lambda = turn;
    for (let i = 0; i < 200; i++) {
      const sl = Math.sin(lambda), cl = Math.cos(lambda);
      const sine = Math.hypot(c2 * sl, c1 * s2 - s1 * c2 * cl);
      if (!sine) return 0;
      const cosine = s1 * s2 + c1 * c2 * cl, sigma = Math.atan2(sine, cosine), alpha = c1 * c2 * sl / sine;
      const flat = 1 - alpha * alpha, mid = flat ? cosine - 2 * s1 * s2 / flat : 0;
      const c = F / 16 * flat * (4 + F * (4 - 3 * flat)), before = lambda;
      lambda = turn + (1 - c) * F * alpha * (sigma + c * sine * (mid + c * cosine * (2 * mid * mid - 1)));
      if (Math.abs(lambda - before) > 1e-13) continue;
      const k = flat * (A * A - B * B) / (B * B);
      const big = 1 + k / 16384 * (4096 + k * (k * (320 - 175 * k) - 768));
      const small = k / 1024 * (256 + k * (k * (74 - 47 * k) - 128));
      const bend = small * sine * (mid + small / 4 * (cosine * (2 * mid * mid - 1) -
        small / 6 * mid * (4 * sine * sine - 3) * (4 * mid * mid - 3)));
      return B * big * (sigma - bend);
    }
    return NaN;
  }

  function length(points, closed) {
    const sides = points.slice(1).map((point, i) => metres(points[i], point));
    if (closed && points.length > 2) sides.push(metres(points[points.length - 1], points[0]));
    return sides.reduce((sum, side) => sum + side, 0);
  }

  function figure(value, digits) {
    return value.toLocaleString("en", {minimumFractionDigits: digits, maximumFractionDigits: digits});
  }

  /* words: {measure, print, start, length, around, area, basis, undo, clear} */
  function page(map, words) {
    const state = {on: false, points: [], mark: L.layerGroup().addTo(map), box: null};
    told(map, state);
    const control = L.control({position: "topleft"});
    control.onAdd = () => {
      const bar = Planner.element("div", "leaflet-bar planner-tools");
      bar.append(button(words.measure, icon("M2 12 12 2l2 2L4 14zM5 9l1.5 1.5M7 7l1.5 1.5M9 5l1.5 1.5"), "planner-measure", () => toggle(map, state, words)));
      bar.append(button(words.print, icon("M4 6V2h8v4M4 11H2V6h12v5h-2M4 9h8v5H4z"), "planner-print", () => window.print()));
      L.DomEvent.disableClickPropagation(bar);
      return bar;
    };
    control.addTo(map);
    map.on("click", (e) => {
      if (!state.on) return;
      state.points.push(e.latlng);
      show(map, state, words);
    });
    document.addEventListener("keydown", (e) => {
      if (!state.on) return;
      if (e.key === "Escape") toggle(map, state, words);
      if (e.key === "Backspace") { state.points.pop(); show(map, state, words); }
    });
    printed(map);
  }

  // Drawn, since no type on a reader's machine is sure to have such signs.
  function icon(path) {
    return `<svg viewBox="0 0 16 16" width="16" height="16" style="vertical-align:middle" aria-hidden="true">` +
      `<path d="${path}" fill="none" stroke="currentColor" stroke-width="1.3"/></svg>`;
  }

  function button(title, sign, name, act) {
    const made = Planner.element("a", name, sign);
    made.href = "#";
    made.setAttribute("role", "button");
    made.title = new DOMParser().parseFromString(title, "text/html").documentElement.textContent;
    made.setAttribute("aria-label", made.title);
    made.addEventListener("click", (e) => { e.preventDefault(); act(); });
    return made;
  }

  function toggle(map, state, words) {
    state.on = !state.on;
    state.points = [];
    map.getContainer().classList.toggle("planner-measuring", state.on);
    map.doubleClickZoom[state.on ? "disable" : "enable"]();
    map.closePopup();
    show(map, state, words);
  }

  function show(map, state, words) {
    state.mark.clearLayers();
    if (state.box) { state.box.remove(); state.box = null; }
    if (!state.on) return;
    const points = state.points, look = {color: "#1f4e79", weight: 2, dashArray: "6 4", interactive: false,
      pane: "planner-marks", pmIgnore: true, snapIgnore: true};
    const shape = points.length > 2 ? L.polygon(points, {...look, fillOpacity: 0.08}) : L.polyline(points, look);
    state.mark.addLayer(shape);
    points.forEach((point) => state.mark.addLayer(L.circleMarker(point, {...look, dashArray: null, radius: 3,
      fillColor: "#fff", fillOpacity: 1})));
    state.box = L.control({position: "bottomleft"});
    state.box.onAdd = () => {
      const box = Planner.element("div", "planner-measured"), rows = [];
      if (points.length < 2) rows.push(words.start);
      if (points.length > 1) rows.push(`${words.length} <b data-is="length">${figure(length(points, false), 2)}</b> m`);
      if (points.length > 2) {
        const m2 = Planner.area(points);
        rows.push(`${words.around} <b data-is="around">${figure(length(points, true), 2)}</b> m`,
          `${words.area} <b data-is="area">${figure(m2, 2)}</b> m² · ${figure(m2 / 1e4, 4)} ha · ` +
          `${figure(m2 / 1e4 * MU_PER_HA, 2)} ${words.mu}`, `<small>${words.basis}</small>`);
      }
      box.innerHTML = rows.join("<br>");
      return box;
    };
    state.box.addTo(map);
  }

  /* What is clicked tells of itself, with the layer it is of */
  function told(map, state) {
    const open = (head, said) => (e) => {
      if (!state.on && said) L.popup({maxWidth: 320}).setLatLng(e.latlng).setContent(head + said).openOn(map);
    };
    Object.values(map.planner.layers).forEach((kept) => {
      const head = `<b>${kept.spec.title}</b> <small>${kept.spec.vintage}</small><br>`;
      kept.group.eachLayer((one) => one.on("click", open(head, one.feature.properties.t || one.feature.properties.l)));
    });
    map.eachLayer((one) => {
      if (one.feature && one.options.pane === "planner-marks") one.on("click", open("", one.feature.properties.t));
    });
  }

  /* On paper the map comes first, as wide as the page, and shows what it showed on the screen */
  function printed(map) {
    const beside = document.querySelector(".case");
    let kept = null;
    window.addEventListener("beforeprint", () => {
      const box = map.getContainer();
      if (beside) document.body.append(beside);
      kept = {bounds: map.getBounds(), style: box.getAttribute("style") || ""};
      box.style.cssText += `;width:${PAPER.width}px !important;height:${PAPER.height}px !important;flex:none;`;
      map.invalidateSize({animate: false}).fitBounds(kept.bounds, {animate: false});
    });
    window.addEventListener("afterprint", () => {
      if (!kept) return;
      if (beside) document.body.prepend(beside);
      map.getContainer().setAttribute("style", kept.style);
      map.invalidateSize({animate: false}).fitBounds(kept.bounds, {animate: false});
      kept = null;
    });
  }

  Planner.page = page;
  Planner.metres = metres;
})();
