"""Words of the Earth sciences that another word is part of: who looks for *water* means seawater and rainwater too.

English joins such words where French does not (*eau de mer*), so that whole words alone would find less in English. Only words that a
person who asks for the part would want are here; parts of words in general (*sea* in *season*, *air* in *pair*) are never looked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

#: A word, and the compounds that are found with it, in the singular (stems find the plural).
COMPOUNDS: Final[Mapping[str, tuple[str, ...]]] = {
    word: tuple(compounds.split())
    for word, compounds in {
        # the last ones are networks, projects and instruments of air quality in France
        "air": (
            "airborn airborne aircore aircraft airflow airfoil airglow airmass airport airspeed airstream tair "
            "airfobep airmaraix airmovoc airparif boldair qualair qualitair"
        ),
        "carbon": (
            "bicarbonate carbonaceous carbonate carbonyl chlorofluorocarbon decarbonation fluorocarbon halocarbon hydrocarbon "
            "hydrochlorofluorocarbon hydrofluorocarbon perfluorocarbon radiocarbon"
        ),
        "earth": "earthquake",
        "fall": "rainfall snowfall throughfall",
        "fire": "wildfire",
        "flow": "airflow baseflow inflow outflow overflow streamflow throughflow",
        "ground": "groundwater",
        "heat": "heatwave",
        "ice": "iceberg icefall",
        "land": "farmland grassland landcover landform landslide peatland shrubland wetland woodland",
        "level": "sealevel",
        "melt": "meltwater snowmelt",
        "pack": "snowpack",
        "quake": "earthquake seaquake",
        "rain": "raindrop rainfall raingauge rainwater",
        "sea": "seabed seabird seafloor seagrass sealevel seamount seascape seashore seaside seawater seaweed undersea",
        "snow": "snowcover snowdepth snowfall snowmelt snowpack",
        "soil": "subsoil topsoil",
        "storm": "hailstorm thunderstorm windstorm",
        "stream": "airstream streamflow upstream downstream",
        "surface": "subsurface",
        "temperature": "paleotemperature palaeotemperature",
        "thermal": "geothermal hydrothermal isothermal",
        "water": (
            "backwater bottomwater freshwater groundwater meltwater porewater rainwater saltwater seawater stormwater underwater "
            "wastewater waterbody watercourse waterfall waterlevel watershed watertable waterway"
        ),
    }.items()
}
