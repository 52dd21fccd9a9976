"""Areas shared by parcels and the patches of a large layer, without building any geometry.

Let a(x) run over the edges of a parcel and b(x) over those of a patch, each with the sign s of "the land lies below
it". A place (x, y) is in the parcel exactly if the signs of the edges above it add up to one, so it is in both
exactly if the products s_a s_b of the pairs with y < min(a, b) do. With Q(y) the area of the ellipsoid from a
parallel south of all that is shared to the latitude y, per degree of longitude,

    area(parcel and patch) = sum over pairs of s_a s_b * integral of Q(min(a, b)) dx over their common longitudes.

Nothing is clipped, nothing has a topology, so nothing is degenerate: touching, shared and needle-thin edges are
sums like any other. Patches that no edge of the parcel enters count whole, by their stored area, or not at all.

    outlines   polygons as flat arrays, long rings with boxes of their edges
    tree       the packed R-tree: which patches a box meets
    strips     Q(y) as a short series, its mean along an edge
    edges      the edges of a parcel, and those of them that count for a patch
    shared     the sum: one parcel over the patches it meets
    pack       a layer made ready
    takes      what to call: areas by class or by patch, of one parcel or of many

Everything is longitude/latitude in degrees on CGCS2000, edges straight in longitude/latitude, areas m2 on the
ellipsoid: the convention of planner.land.geodesy. Importing a module of this room loads numba.
"""
