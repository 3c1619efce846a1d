#!/usr/bin/env python3
"""Draws inverter.gds, the small layout of this folder: two cells of an imagined 180 nm process and a row of them.

usage: make_inverter.py OUT.gds      (needs gdstk; the file that stands here was made with gdstk 0.9.61 or later)
"""
import datetime, sys
import gdstk

NM = 1e-3
def box(layer, x0, y0, x1, y1, datatype=0):
    return gdstk.rectangle((x0 * NM, y0 * NM), (x1 * NM, y1 * NM), layer=layer, datatype=datatype)

lib = gdstk.Library("INVERTER", unit=1e-6, precision=1e-9)
inv = lib.new_cell("INV")
inv.add(box(43, 100, 300, 900, 1100), box(43, 100, 1500, 900, 2700))            # active
inv.add(box(41, 410, 100, 590, 2900))                                           # poly
inv.add(*[box(47, x, y, x + 220, y + 220) for x in (140, 640) for y in (400, 800, 1600, 2000)])  # contacts
inv.add(box(49, 0, -150, 1000, 150), box(49, 0, 2850, 1000, 3150), box(49, 600, 350, 900, 2650))  # metal
inv.add(gdstk.FlexPath([(0.25, 0.6), (0.25, 0.15)], 0.3, layer=49, simple_path=True))
inv.add(gdstk.FlexPath([(0.25, 1.8), (0.25, 2.85)], 0.3, layer=49, simple_path=True))
inv.add(gdstk.Label("A", (0.5, 1.5), layer=49, texttype=1), gdstk.Label("Y", (0.75, 1.5), layer=49, texttype=1))
inv.add(box(235, 0, 0, 1000, 3000))                                             # abutment box
row = lib.new_cell("ROW")
row.add(gdstk.Reference(inv, (0, 0), columns=4, rows=1, spacing=(1.0, 3.0)))
row.add(gdstk.Reference(inv, (4.0, 6.0), x_reflection=True))
row.add(gdstk.Label("ROW", (2, 3), layer=235, texttype=1))
lib.write_gds(sys.argv[1], timestamp=datetime.datetime(2000, 1, 1))
