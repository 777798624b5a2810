"""What the voice says where the caption shows a sign."""

import pytest

from bot.prose.spoken import spoken


@pytest.mark.parametrize(
    ("line", "lang", "said"),
    [
        ("It cost $1.2bn.", "en", "It cost 1.2 billion dollars."),
        ("Sold for US$560,000 on Sunday", "en", "Sold for 560,000 US dollars on Sunday"),
        ("A £3 million boat", "en", "A 3 million pounds boat"),
        ("Up 4%, at 3.5k", "en", "Up 4 percent, at 3.5 thousand"),
        ("Dr. Lee & Sen. Ito vs. Roe", "en", "Doctor Lee and Senator Ito versus Roe"),
        ("From 10–15 at 90 km/h", "en", "From 10 to 15 at 90 kilometres an hour"),
        ("Das kostet 3 Mio. €.", "de", "Das kostet 3 Millionen Euro."),
        ("Es fuhr 90 km/h.", "de", "Es fuhr 90 Stundenkilometer."),
        ("Am 3. Mai, vom 21. März", "de", "Am dritten Mai, vom einundzwanzigsten März"),
        ("Der 1. Juni und der 30. Juli", "de", "Der erste Juni und der dreißigste Juli"),
        ("Er wurde 3. Dann kam z. B. Ute", "de", "Er wurde 3. Dann kam zum Beispiel Ute"),
        ("Il coûte 3 millions €", "fr", "Il coûte 3 millions d’euros"),
        ("Il coûte 3 millions $ ou 5 $", "fr", "Il coûte 3 millions de dollars ou 5 dollars"),
        ("EE. UU. pagó 5 mil millones $.", "es", "Estados Unidos pagó 5 mil millones de dólares."),
        ("El tren va a 90 km/h", "es", "El tren va a 90 kilómetros por hora"),
        ("It is No. 10. No. It ran at 9 km.", "en", "It is Number 10. No. It ran at 9 kilometres."),
        ("Es sind 12 % und 5 €", "de", "Es sind 12 Prozent und 5 Euro"),
        ("12 % de plus pour 3 €", "fr", "12 pour cent de plus pour 3 euros"),
        ("Nothing to change here", "en", ""),
        ("橋が 5% 上がる", "ja", ""),
        ("", "en", ""),
    ],
)
def test_signs_become_words(line: str, lang: str, said: str) -> None:
    assert spoken(line, lang) == said
