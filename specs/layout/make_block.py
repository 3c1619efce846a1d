#!/usr/bin/env python3
"""Draws block_180.gds, a routed block of an imagined 180 nm process: two rows of cells, the upper one mirrored, wires on two
metals, pins, fill and outlines. Cells stand on multiples of 660 nm x 5040 nm.

usage: make_block.py OUT.gds      (needs gdstk; the file that stands here was made with gdstk 1.0.2)
"""
import datetime, sys
import gdstk

NM = 1e-3
SITE, ROW = 660, 5040
ACTIVE, NWELL, NIMP, PIMP, POLY, CONT, METAL1, VIA1, METAL2, OUTLINE = 43, 42, 45, 44, 41, 47, 49, 50, 51, 235

lib = gdstk.Library("BLOCK_180", unit=1e-6, precision=1e-9)

def box(cell, layer, x0, y0, x1, y1):
    cell.add(gdstk.rectangle((x0 * NM, y0 * NM), (x1 * NM, y1 * NM), layer=layer))

def text(cell, layer, string, x, y):
    cell.add(gdstk.Label(string, (x * NM, y * NM), layer=layer, texttype=1))

def std(name, sites):
    """A cell with what every cell of a row has: rails, well, outline."""
    cell, w = lib.new_cell(name), sites * SITE
    box(cell, OUTLINE, 0, 0, w, ROW)
    box(cell, NWELL, -200, 2520, w + 200, ROW)
    box(cell, METAL1, 0, -320, w, 320)
    box(cell, METAL1, 0, ROW - 320, w, ROW + 320)
    return cell, w

def cuts(cell, x, *ys):
    for y in ys:
        box(cell, CONT, x, y, x + 220, y + 220)

def gate(cell, x, name):
    """A finger of poly at x, 180 nm wide, with a pad to its left and a pin on it."""
    box(cell, POLY, x, 400, x + 180, 4640)
    box(cell, POLY, x - 220, 2100, x + 180, 2500)
    cuts(cell, x - 130, 2190)
    box(cell, METAL1, x - 190, 2130, x + 150, 2470)
    text(cell, METAL1, name, x - 20, 2300)

def implants(cell, w, lower, upper):
    box(cell, lower, 0, 500, w, 2200)
    box(cell, upper, 0, 2700, w, 4700)

inv, w = std("std_inv", 3)
implants(inv, w, NIMP, PIMP)
box(inv, ACTIVE, 330, 800, 1650, 1700)
box(inv, ACTIVE, 330, 3000, 1650, 4400)
gate(inv, 900, "A")
cuts(inv, 430, 1140, 3140, 3860)
cuts(inv, 1330, 1140, 3140, 3860)
box(inv, METAL1, 400, 320, 680, 1460)
box(inv, METAL1, 400, 3040, 680, 4720)
box(inv, METAL1, 1300, 1040, 1580, 4180)
text(inv, METAL1, "Y", 1440, 2800)

nand, w = std("std_nand2", 4)
implants(nand, w, NIMP, PIMP)
box(nand, ACTIVE, 330, 700, 2310, 1800)
box(nand, ACTIVE, 330, 3000, 2310, 4400)
gate(nand, 900, "A")
gate(nand, 1560, "B")
cuts(nand, 430, 1000, 3500, 4000)
cuts(nand, 1210, 3500, 4000)
cuts(nand, 1990, 900, 1460, 3500, 4000)
box(nand, METAL1, 400, 320, 680, 1320)
box(nand, METAL1, 400, 3400, 680, 4720)
box(nand, METAL1, 1960, 3400, 2240, 4720)
box(nand, METAL1, 1180, 2760, 1460, 4320)
box(nand, METAL1, 1460, 2760, 2240, 3040)
box(nand, METAL1, 1960, 840, 2240, 2760)
text(nand, METAL1, "Y", 2100, 2300)

tap, w = std("std_tap", 2)
implants(tap, w, PIMP, NIMP)
for y, y0, y1 in ((1000, 320, 1380), (3800, 3660, 4720)):
    box(tap, ACTIVE, 330, y - 200, 990, y + 420)
    cuts(tap, 550, y)
    box(tap, METAL1, 490, y0, 830, y1)

end, w = std("std_end", 1)

fill = lib.new_cell("fill_m2")
box(fill, METAL2, 0, 0, 600, 600)

via = lib.new_cell("via12")
box(via, METAL1, -170, -170, 170, 170)
box(via, VIA1, -110, -110, 110, 110)
box(via, METAL2, -150, -150, 150, 150)

block = lib.new_cell("block")
box(block, OUTLINE, 0, 0, 10 * SITE, 2 * ROW)
x = 0
for cell, sites in ((inv, 3), (nand, 4), (tap, 2), (end, 1)):
    block.add(gdstk.Reference(cell, (x * SITE * NM, 0)))
    x += sites
x = 0
for cell, sites in ((tap, 2), (nand, 4), (inv, 3), (end, 1)):
    block.add(gdstk.Reference(cell, (x * SITE * NM, 2 * ROW * NM), x_reflection=True))
    x += sites
for x, y in ((880, 2300), (1440, 2300), (2860, 2300), (3520, 2300), (4080, 2300),
             (2200, 7780), (2860, 7780), (3420, 7780), (4840, 7780), (5400, 7780)):
    block.add(gdstk.Reference(via, (x * NM, y * NM)))
block.add(gdstk.Reference(via, (6310 * NM, 0), columns=1, rows=2, spacing=(1, 2 * ROW * NM)))
block.add(gdstk.Reference(fill, (4700 * NM, 800 * NM), columns=1, rows=3, spacing=(1, 1.2)))

def wire(*points):
    block.add(gdstk.FlexPath([(x * NM, y * NM) for x, y in points], 300 * NM, layer=METAL2, simple_path=True, ends="extended"))

wire((880, 150), (880, 2300))                                   # IN1
wire((1440, 2300), (2860, 2300))
wire((3520, 150), (3520, 2300))                                 # IN2
wire((4080, 2300), (4080, 6250), (2200, 6250), (2200, 7780))
wire((2860, 7780), (2860, 9930))                                # IN3
wire((3420, 7780), (4840, 7780))
wire((5400, 7780), (5400, 9930))                                # OUT
wire((6310, 0), (6310, 10080))                                  # both rails of VSS
for name, x, y in (("IN1", 880, 150), ("IN2", 3520, 150), ("IN3", 2860, 9930), ("OUT", 5400, 9930)):
    text(block, METAL2, name, x, y)
for name, y in (("VSS", 0), ("VDD", 5040), ("VSS", 10080)):
    text(block, METAL1, name, 300, y)

lib.write_gds(sys.argv[1], timestamp=datetime.datetime(2000, 1, 1))
