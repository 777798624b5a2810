"""How a measured figure is written out: rounded where it runs on, short where it is huge."""

__all__ = ["shown"]

HUGE = 10_000_000.0
POWERS = (("tn", "× 10¹²", 1e12), ("bn", "× 10⁹", 1e9), ("m", "× 10⁶", 1e6))
COMMA = ("cs", "da", "de", "es", "fr", "id", "it", "nl", "no", "pl", "pt", "ru", "sv", "tr", "uk")


def shown(value: float, unit: str = "", lang: str = "en") -> str:
    """A value with its unit: 12500 gives "12,500", -3.2 with "%" gives "−3.2%".

    Ten millions and more are told in millions and so on, which English names; what has more
    than four figures and a fraction is rounded.
    """
    base = lang.lower().split("-")[0]
    power = ""
    if abs(value) >= HUGE:
        english, other, size = next(row for row in POWERS if abs(value) >= row[2])
        value, power = value / size, english if base == "en" else " " + other
    number = _rounded(abs(value))
    if base in COMMA:
        number = number.translate(str.maketrans(",.", "\u202f,"))
    joint = "" if not unit or unit.startswith(("%", "°", "‰")) else " "
    minus = "−" if value < 0 and number.strip("0.,") else ""
    return f"{minus}{number}{power}{joint}{unit}".strip()


def _rounded(value: float) -> str:
    """Keep what was told with up to two decimals; of what runs on, two or the first figures."""
    exact = value >= 1 or round(value, 2) == value
    number = f"{value:,.2f}" if exact else f"{float(f'{value:.3g}'):.15f}"
    return number.rstrip("0").rstrip(".")
