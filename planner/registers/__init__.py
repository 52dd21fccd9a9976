"""The land registers of a park: what its report works with every day, judged row by row.

    columns      what a register's table holds: a dataclass a register, its fields the columns
    rows         the four rows: tract plan, temporary use, stock land, access contract
    join         which ground a row means: its own outline, or its parcels by number; what its outline meets
    scene        what a check may know, and how it answers
    tracts, temporary, stock, contracts     the checks
    check        all rows of a register with their findings and figures

Nothing here books: a register states facts, the book moves quotas.
"""
