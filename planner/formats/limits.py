"""How much of a file the door takes in. Each bound says which attack or accident it stops."""

from __future__ import annotations

MIB = 1024 * 1024

# A parsed JSON takes up to some 24 bytes for each byte of text ("[]," becomes a list): 48 MiB stay near 1.2 GB.
MAX_TEXT_BYTES = 48 * MIB
# GeoPackages are read row by row in a child that has its own memory limit.
MAX_FILE_BYTES = 512 * MIB
# What one archive may become; read as a stream, so no more than this is ever written.
MAX_UNPACKED_BYTES = 200 * MIB
MAX_MEMBERS = 200
# Honest shapefiles and workbooks shrink 3 to 30 times; a bomb of zeros 1 000 times. Small members may be odd.
MAX_RATIO = 100
RATIO_FROM_BYTES = MIB

# One feature: a coast at 1:10 000 has some 50 000 vertices; 1 M repeated ones took GEOS 27 s and all memory.
MAX_VERTICES = 200_000
# What a text may hold, and what cutting the long edges of a file may make of it: a land survey of 20 000 patches has
# some 500 000. A larger file may be cut into so many times what it holds itself.
MAX_FILE_VERTICES = 10_000_000
CUT_TIMES = 4
# One file that GDAL or Arrow reads: the survey of a province's city has three million patches of twenty.
MAX_LAYER_VERTICES = 80_000_000
MAX_FEATURES = 2_000_000
# Loose rings (TXT, DXF, tables) are sorted into parts and holes: ten thousand holes look at 100 000 corners, five
# thousand rings in one another at sixty million.
MAX_CORNERS_SORTED = 2_000_000
# A drawing, its blocks unfolded: a survey of a park has some thousands of outlines, labels and marks.
MAX_ENTITIES = 200_000
# How far a chord may leave the arc it stands for, in drawing units (metres): the precision of a boundary point.
ARC_TOLERANCE = 0.001
# An invalid star of 2 001 vertices has 2 million crossings and keeps make_valid busy for more than 45 s.
MAX_INVALID_VERTICES = 1_500
# Fewer square metres than a hand's print: a collinear ring, not land.
MIN_AREA_M2 = 1e-4

# The children: seconds on the clock, bytes of address space. Ten ordinary repairs take milliseconds.
REPAIR_SECONDS = 12.0
READ_SECONDS = 25.0
# Of the processor, where the system counts it: a busy machine may take longer, work without end may not.
CPU_SECONDS = 8.0
CHILD_MEMORY_BYTES = 1400 * MIB
# A large honest file needs more of both: a survey of a million patches (200 MiB) takes 10 s and 2.5 GB.
READ_BYTES_PER_SECOND = 4 * MIB
MEMORY_PER_BYTE = 12

# A tree of XML takes some 200 bytes a tag; a placemark of ten fields has 25.
MAX_XML_TAGS = 1_000_000

# Tables of quotas and projects are typed by people.
MAX_ROWS = 20_000
# Tables of boundary points are written by programs.
MAX_POINT_ROWS = 300_000
MAX_COLUMNS = 200
MAX_TOML_BYTES = 4 * MIB
# openpyxl takes about a second for 3 MiB of sheet; 20 000 rows of ten columns are some 15 MiB.
MAX_SHEET_BYTES = 24 * MIB
