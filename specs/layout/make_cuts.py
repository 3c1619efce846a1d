#!/usr/bin/env python3
"""Draws cuts.gds: bit cells of an imagined 180 nm process that share contacts, each drawing what lies in it, and straps with
bars of which two mirrored cells draw a half each.

usage: make_cuts.py OUT.gds      (needs gdstk; the file that stands here was made with gdstk 1.0.2)
"""
import datetime, sys
import gdstk

NM = 1e-3
ACTIVE, CONT, METAL1, OUTLINE = 43, 47, 49, 235
WIDTH, HEIGHT, COLUMNS, ROWS = 1080, 1980, 4, 3
lib = gdstk.Library("CUTS", unit=1e-6, precision=1e-9)

def box(cell, layer, x0, y0, x1, y1):
    cell.add(gdstk.rectangle((x0 * NM, y0 * NM), (x1 * NM, y1 * NM), layer=layer))

def place(cell, x, y, **how):
    top.add(gdstk.Reference(cell, (x * NM, y * NM), **how))

bit = lib.new_cell("bit")
box(bit, OUTLINE, 0, 0, WIDTH, HEIGHT)
box(bit, ACTIVE, 350, -200, 730, HEIGHT + 200)
box(bit, CONT, 430, 0, 650, 110)                        # the upper half of a contact at the lower end,
box(bit, CONT, 430, HEIGHT - 110, 650, HEIGHT)          # the lower half of one at the upper end
box(bit, METAL1, 350, -190, 730, 190)
box(bit, METAL1, 350, HEIGHT - 190, 730, HEIGHT + 190)
box(bit, ACTIVE, -200, 800, WIDTH + 200, 1180)
for x in (0, WIDTH):                                    # contacts that both neighbours draw whole
    box(bit, CONT, x - 110, 880, x + 110, 1100)
    box(bit, METAL1, x - 190, 800, x + 190, 1180)

edge = lib.new_cell("edge")                             # ends a column of bits
box(edge, CONT, 430, -110, 650, 0)

strap = lib.new_cell("strap")
box(strap, OUTLINE, 0, 0, WIDTH, 1080)
box(strap, ACTIVE, 60, 350, WIDTH, 730)
box(strap, CONT, 140, 430, WIDTH, 650)                  # half of a bar
box(strap, METAL1, 60, 350, WIDTH, 730)

top = lib.new_cell("bits")
for column in range(COLUMNS):
    x = column * WIDTH
    for row in range(ROWS):
        odd = row % 2
        place(bit, x, (row + odd) * HEIGHT, x_reflection=bool(odd))
    place(edge, x, 0)
    place(edge, x, ROWS * HEIGHT, x_reflection=True)
    turn = column % 2
    place(strap, x + turn * WIDTH, ROWS * HEIGHT + 540 + turn * 1080, rotation=turn * 3.141592653589793)
lib.write_gds(sys.argv[1], timestamp=datetime.datetime(2000, 1, 1))
