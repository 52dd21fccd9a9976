/* What every planner map does in the browser: layers with their legend, hatched pieces, coordinates at the foot.
   Texts arrive escaped for HTML; nothing here builds HTML from anything else. */
(function () {
  "use strict";

  // CGCS2000 ellipsoid
  const A = 6378137, F = 1 / 298.257222101, E2 = F * (2 - F), E = Math.sqrt(E2), RAD = Math.PI / 180;

  /* m2 between the equator and a latitude, for one radian of longitude */
  function belt(latitude) {
    const s = Math.sin(latitude);
    return A * A * (1 - E2) / 2 * (s / (1 - E2 * s * s) + Math.atanh(E * s) / E);
  }

  /* Signed m2 of a ring of {lat, lng}, edges straight in longitude/latitude (Simpson's rule on the exact belt) */
  function ringArea(ring) {
    const base = ring.length ? belt(ring[0].lat * RAD) : 0;
    let sum = 0;
    for (let i = 0; i < ring.length; i++) {
      const p = ring[i], q = ring[(i + 1) % ring.length], y1 = p.lat * RAD, y2 = q.lat * RAD;
      const mean = (belt(y1) + 4 * belt((y1 + y2) / 2) + belt(y2)) / 6 - base;
      sum += (p.lng - q.lng) * RAD * mean;
    }
    return sum;
  }

  /* m2 of what Leaflet calls latlngs: a ring, rings (the first outside, the others holes), or several of those */
  function area(latlngs) {
    if (!latlngs.length) return 0;
    if (!Array.isArray(latlngs[0])) return Math.abs(ringArea(latlngs));
    if (Array.isArray(latlngs[0][0])) return latlngs.reduce((sum, part) => sum + area(part), 0);
    return latlngs.reduce((sum, ring, i) => sum + (i ? -1 : 1) * Math.abs(ringArea(ring)), 0);
  }

  /* Gauss-Krueger plane coordinates in metres (Krueger's series, n to the 4th), x east, y north */
  function plane(point, zone) {
    const n = F / (2 - F), n2 = n * n, n3 = n2 * n, n4 = n3 * n;
    const radius = A / (1 + n) * (1 + n2 / 4 + n4 / 64), c = 2 * Math.sqrt(n) / (1 + n);
    const alpha = [n / 2 - 2 * n2 / 3 + 5 * n3 / 16 + 41 * n4 / 180, 13 * n2 / 48 - 3 * n3 / 5 + 557 * n4 / 1440,
      61 * n3 / 240 - 103 * n4 / 140, 49561 * n4 / 161280];
    const s = Math.sin(point.lat * RAD), dl = (point.lng - zone.meridian) * RAD;
    const t = Math.sinh(Math.atanh(s) - c * Math.atanh(c * s));
    const xi = Math.atan2(t, Math.cos(dl)), eta = Math.atanh(Math.sin(dl) / Math.sqrt(1 + t * t));
    let north = xi, east = eta;
    alpha.forEach((a, i) => {
      const k = 2 * (i + 1);
      north += a * Math.sin(k * xi) * Math.cosh(k * eta);
      east += a * Math.cos(k * xi) * Math.sinh(k * eta);
    });
    return {x: zone.false_easting + radius * east, y: radius * north};
  }

  function element(tag, name, html) {
    const made = document.createElement(tag);
    if (name) made.className = name;
    if (html !== undefined) made.innerHTML = html;
    return made;
  }

  /* options: {patterns: svg markup, words: {...}, plane: {meridian, false_easting, name} | null} */
  function start(map, options) {
    map.attributionControl.setPrefix("Leaflet");
    document.body.appendChild(element("div", "planner-patterns", options.patterns));
    map.createPane("planner-ground").style.zIndex = 350;
    map.createPane("planner-marks").style.zIndex = 450;
    map.createPane("planner-labels").style.zIndex = 460;
    map.getPane("planner-labels").style.pointerEvents = "none";
    map.planner = {
      ground: L.canvas({pane: "planner-ground", padding: 0.3}), layers: {}, words: options.words, flown: 0,
      changed: () => {}, picked: () => {},
    };
    if (options.plane) readout(map, options.plane);
    L.control.scale({imperial: false, maxWidth: 140}).addTo(map);
  }

  function readout(map, zone) {
    const control = L.control({position: "bottomright"});
    control.onAdd = () => element("div", "planner-readout", "&nbsp;");
    control.addTo(map);
    map.on("mousemove", (e) => {
      const at = plane(e.latlng, zone);
      control.getContainer().textContent =
        `${e.latlng.lng.toFixed(6)}°, ${e.latlng.lat.toFixed(6)}°  ·  X ${at.y.toFixed(2)}  Y ${at.x.toFixed(2)} m`;
      control.getContainer().title = zone.name;
    });
  }

  function styled(map, spec) {
    const onCanvas = spec.pane === "ground";
    return (feature) => ({
      ...spec.styles[feature.properties.s || 0], pmIgnore: true, snapIgnore: !spec.snap,
      ...(onCanvas ? {renderer: map.planner.ground} : {}),
    });
  }

  function drawn(map, spec, data) {
    const style = styled(map, spec);
    const group = L.geoJSON(null, {
      style, pane: spec.pane === "ground" ? "planner-ground" : "overlayPane", pmIgnore: true, snapIgnore: !spec.snap,
      ...(spec.pane === "ground" ? {renderer: map.planner.ground} : {}),
      onEachFeature: (feature, layer) => {
        layer.toGeoJSON = null;  // a click on ground is no drawing
        const label = {permanent: true, direction: "center", className: "planner-label", pane: "planner-labels"};
        const tip = {sticky: true, className: "planner-tip"};
        if (feature.properties.l) layer.bindTooltip(feature.properties.l, label);  // a layer has one tooltip only
        else if (feature.properties.t) layer.bindTooltip(() => feature.properties.t, tip);
        if (spec.pick) layer.on("click", () => map.planner.picked(spec.key, feature.properties.i));
      },
    });
    group.addData(data);
    return group;
  }

  /* A layer as pictures; beside the cursor what lies there, asked for when it rests */
  function tiled(map, kept) {
    const tiles = kept.spec.tiles;
    kept.group = L.tileLayer(tiles.pictures, {
      pane: "planner-ground", bounds: tiles.bounds, maxZoom: 22, maxNativeZoom: tiles.deepest, keepBuffer: 1,
      updateWhenZooming: false,
    });
    kept.group.on("tileerror", () => { if (kept.note) kept.note.innerHTML = map.planner.words.unseen; });
    const tip = L.tooltip({className: "planner-tip", sticky: true});
    let waiting = 0;
    map.on("mousemove", (e) => {
      clearTimeout(waiting);
      map.closeTooltip(tip);
      if (!kept.on || !L.latLngBounds(tiles.bounds).contains(e.latlng)) return;
      waiting = setTimeout(() => fetch(`${tiles.place}?x=${e.latlng.lng}&y=${e.latlng.lat}`)
        .then((answer) => (answer.ok ? answer.json() : {}))
        .then((said) => { if (said.tip) map.openTooltip(tip.setLatLng(e.latlng).setContent(said.tip)); })
        .catch(() => {}), 120);
    });
    map.on("mouseout", () => { clearTimeout(waiting); map.closeTooltip(tip); });
  }

  /* spec: {key, title, vintage, on, styles, pane, snap, pick, byView, tiles, legend: [{fill, stroke, name}]};
     data: null if by view or in tiles */
  function layer(map, spec, data) {
    const kept = {spec, group: data ? drawn(map, spec, data) : L.layerGroup(), stamp: "", on: spec.on};
    if (spec.tiles) tiled(map, kept);
    map.planner.layers[spec.key] = kept;
    if (spec.on) kept.group.addTo(map);
  }

  /* What a layer too large to send whole shows in the present view; the same stamp is not drawn twice */
  function view(map, key, stamp, bounds, zoom, data, note) {
    const kept = map.planner.layers[key];
    if (!kept || kept.stamp === stamp) return;
    kept.group.clearLayers();
    kept.group.addLayer(drawn(map, kept.spec, data));
    Object.assign(kept, {stamp, bounds: L.latLngBounds(bounds), zoom});
    if (kept.note) kept.note.innerHTML = note;
  }

  /* Does a layer by view have to be asked for again? */
  function stale(map) {
    return Object.values(map.planner.layers).some((kept) => kept.spec.byView && kept.on &&
      (!kept.bounds || kept.zoom !== map.getZoom() || !kept.bounds.contains(map.getBounds())));
  }

  function swatch(entry) {
    const box = element("span", "planner-swatch");
    box.style.background = entry.fill;
    box.style.borderColor = entry.stroke;
    return box;
  }

  function row(map, kept) {
    const line = element("div", "planner-row"), label = element("label"), box = element("input");
    box.type = "checkbox";
    box.checked = kept.on;
    box.dataset.layer = kept.spec.key;
    box.addEventListener("change", () => {
      kept.on = box.checked;
      if (box.checked) kept.group.addTo(map); else map.removeLayer(kept.group);
      map.planner.changed("layers");
    });
    label.append(box, swatch(kept.spec.legend[0]), element("span", "planner-name", kept.spec.title));
    line.append(label, element("span", "planner-vintage", kept.spec.vintage));
    kept.note = element("div", "planner-note");
    line.append(kept.note);
    if (kept.spec.legend.length > 1) {
      const list = element("div", "planner-classes"), more = element("button", "planner-more", "▸");
      more.type = "button";
      more.title = map.planner.words.classes;
      more.addEventListener("click", () => { more.textContent = list.classList.toggle("open") ? "▾" : "▸"; });
      kept.spec.legend.slice(1).forEach((entry) => {
        const one = element("div");
        one.append(swatch(entry), element("span", "", entry.name));
        list.append(one);
      });
      label.after(more);
      line.append(list);
    }
    return line;
  }

  /* The list of layers with their legend; extra: html of the fixed part (verdict signs) */
  function panel(map, extra) {
    const control = L.control({position: "topright"});
    control.onAdd = () => {
      const box = element("details", "planner-panel");
      // On a small map it would cover what it explains.
      box.open = map.getSize().x > 520 && map.getSize().y >= 300;
      box.append(element("summary", "", map.planner.words.layers));
      // the topmost first, as one reads a pile
      Object.values(map.planner.layers).reverse().forEach((kept) => box.append(row(map, kept)));
      box.append(element("div", "planner-signs", extra));
      L.DomEvent.disableClickPropagation(box).disableScrollPropagation(box);
      return box;
    };
    control.addTo(map);
  }

  /* Offending pieces and the parcel in question, above everything else; one with an id tells of a click on it */
  function pieces(map, data, styles) {
    return L.geoJSON(data, {
      pane: "planner-marks", pmIgnore: true, snapIgnore: true, interactive: true,
      style: (feature) => ({...styles[feature.properties.s], pmIgnore: true, snapIgnore: true}),
      onEachFeature: (feature, mark) => {
        mark.toGeoJSON = null;
        if (feature.properties.t) mark.bindTooltip(() => feature.properties.t, {sticky: true, className: "planner-tip"});
        if (feature.properties.id !== undefined) mark.on("click", () => map.planner.picked("pieces", feature.properties.id));
      },
    });
  }

  /* Clicks on pieces told to the page, as the "last active drawing": {planner: {n, picked}}, n another each time */
  function picking(map) {
    map.planner.picked = (key, id) => {
      const said = {type: "Feature", geometry: null, properties: {planner: {n: Date.now(), picked: id}}};
      setTimeout(() => map.fire("draw:edited", {layer: {toGeoJSON: () => said}}), 0);
    };
  }

  /* Go somewhere once: the same turn again stays where the person has moved to since */
  function fly(map, turn, bounds) {
    if (map.planner.flown === turn) return;
    map.planner.flown = turn;
    map.fitBounds(bounds, {padding: [40, 40], maxZoom: 18, animate: false});
  }

  /* The frame of a page: a box as large as the paper is on the ground, dragged by hand; told is its middle */
  function frame(map, ring, centre, label) {
    const box = L.polygon(ring, {
      pane: "planner-marks", color: "#1f4e79", weight: 2, fillOpacity: 0.05, className: "planner-frame", pmIgnore: true,
      snapIgnore: true, bubblingMouseEvents: false,
    });
    box.toGeoJSON = null;
    box.bindTooltip(label, {sticky: true, className: "planner-tip"});
    let from = null, by = null;
    const drag = (e) => {
      by = [e.latlng.lat - from.lat, e.latlng.lng - from.lng];
      box.setLatLngs(ring.map((at) => [at[0] + by[0], at[1] + by[1]]));
    };
    const drop = () => {
      map.off("mousemove", drag).off("mouseup", drop);
      map.dragging.enable();
      if (!by) return;
      const said = {type: "Feature", geometry: null, properties: {frame: {
        n: Date.now(), centre: [centre[1] + by[1], centre[0] + by[0]],
      }}};
      setTimeout(() => map.fire("draw:edited", {layer: {toGeoJSON: () => said}}), 0);
    };
    box.on("mousedown", (e) => {
      from = e.latlng;
      by = null;
      map.dragging.disable();
      map.on("mousemove", drag).on("mouseup", drop);
    });
    return box;
  }

  window.Planner = {area, plane, element, start, layer, view, stale, panel, pieces, picking, frame, fly};
})();
