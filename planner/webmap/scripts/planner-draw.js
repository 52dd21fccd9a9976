/* Drawing and editing, told to the page as one message with the whole state:
   {planner, n, why, active, drawings: [{token, geometry}], picked, view, on}.
   It travels as the "last active drawing", at full precision. */
(function () {
  "use strict";

  /* options: {lang, words: {area, basis, hectares}} */
  function edit(map, items, options) {
    const state = {n: 0, made: 0, active: null, picked: null};
    const salt = Math.random().toString(36).slice(2, 8);
    const label = Planner.element("div", "planner-area");
    map.getContainer().appendChild(label);

    const token = (layer) => ((layer.feature || {}).properties || {}).token || null;
    const drawings = () => {
      const all = [];
      items.eachLayer((layer) => {
        if (layer.getLatLngs && token(layer)) {
          all.push({token: token(layer), geometry: L.Polygon.prototype.toGeoJSON.call(layer, false).geometry});
        }
      });
      return all;
    };
    const message = (why) => {
      const b = map.getBounds();
      return {type: "Feature", geometry: null, properties: {planner: {
        n: ++state.n, why, active: state.active, drawings: drawings(), picked: state.picked,
        view: [b.getWest(), b.getSouth(), b.getEast(), b.getNorth(), map.getZoom()],
        on: Object.values(map.planner.layers).filter((kept) => kept.on).map((kept) => kept.spec.key),
      }}};
    };
    /* after the click handlers of the frame, which would otherwise have the last word */
    const tell = (why) => setTimeout(() => {
      const said = message(why);
      map.fire("draw:edited", {layer: {toGeoJSON: () => said}});
    }, 0);

    const show = (latlngs, at) => {
      const m2 = Planner.area(latlngs);
      label.innerHTML = options.words.area;
      label.querySelector(".mu").textContent = (m2 * 15 / 10000).toFixed(2);
      label.querySelector(".ha").textContent = (m2 / 10000).toFixed(4);
      const point = map.latLngToContainerPoint(at);
      L.DomUtil.setPosition(label, point.add([14, -38]));
      label.style.display = "block";
    };
    const hide = () => { label.style.display = "none"; };

    const hook = (layer) => {
      layer.on("pm:edit pm:dragend pm:rotateend", () => { hide(); state.active = token(layer); tell("edited"); });
      layer.on("pm:markerdrag pm:drag", (e) => {
        const at = e.markerEvent ? e.markerEvent.target.getLatLng() : layer.getBounds().getCenter();
        show(layer.getLatLngs(), at);
      });
      layer.on("click", () => { state.active = token(layer); state.picked = null; tell("chosen"); });
    };

    map.pm.setLang(options.lang);
    map.pm.setGlobalOptions({
      layerGroup: items, snappable: true, snapSegment: true, snapDistance: 14, allowSelfIntersection: false,
      pathOptions: options.style, templineStyle: {...options.style, fill: false}, hintlineStyle: {...options.style, dashArray: "4 4"},
    });
    items.eachLayer(hook);

    // A hatched piece lies above the drawing it belongs to: while a tool is at work the click is the drawing's.
    map.on("pm:globaleditmodetoggled pm:globaldragmodetoggled pm:globalremovalmodetoggled pm:globalcutmodetoggled " +
      "pm:globaldrawmodetoggled", () => map.getContainer().classList.toggle("planner-at-work",
      map.pm.globalEditModeEnabled() || map.pm.globalDragModeEnabled() || map.pm.globalRemovalModeEnabled() ||
      map.pm.globalCutModeEnabled() || map.pm.globalDrawModeEnabled()));

    let follow = null;
    map.on("pm:drawstart", (e) => {
      if (!e.workingLayer || !e.workingLayer.getLatLngs) return;
      const corners = () => {
        const ring = e.workingLayer.getLatLngs();
        return (Array.isArray(ring[0]) ? ring[0] : ring).slice();
      };
      follow = (move) => { const ring = corners(); if (ring.length > 1) show([...ring, move.latlng], move.latlng); };
      map.on("mousemove", follow);
    });
    map.on("pm:drawend", () => { if (follow) map.off("mousemove", follow); follow = null; hide(); });

    map.on("pm:create", (e) => {
      const name = `new-${salt}-${++state.made}`;
      e.layer.feature = {type: "Feature", properties: {token: name}};
      hook(e.layer);
      state.active = name;
      state.picked = null;
      tell("drawn");
    });
    map.on("pm:remove", (e) => {
      items.removeLayer(e.layer);
      if (state.active === token(e.layer)) state.active = null;
      tell("removed");
    });
    map.on("pm:cut", (e) => {
      items.removeLayer(e.originalLayer);
      if (!items.hasLayer(e.layer)) items.addLayer(e.layer);
      e.layer.feature = {type: "Feature", properties: {token: token(e.originalLayer)}};
      hook(e.layer);
      state.active = token(e.layer);
      tell("cut");
    });

    map.planner.picked = (key, index) => {
      if (map.pm.globalDrawModeEnabled() || map.pm.globalEditModeEnabled() || map.pm.globalCutModeEnabled()) return;
      state.picked = index;
      state.active = null;
      tell("picked");
    };
    map.planner.changed = () => tell("layers");
    map.on("moveend", () => { if (Planner.stale(map)) tell("view"); });
  }

  Planner.edit = edit;
})();
