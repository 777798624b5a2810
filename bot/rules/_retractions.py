"""How outlets say that they were wrong, in six languages. A table only; all of it is folded.

"Correction" alone is also what a market goes through: it counts at the head of a text, before a
colon or in brackets, or in one of the set phrases.
"""

import re

__all__ = ["RETRACTED"]

_LABELS = (
    "correct(?:ion|ed|s)|clarification|clarified|retract(?:ion|ed)|withdrawn|erratum|kill(?:"
    " notice)?"
    "|korrektur|korrigiert|berichtig(?:ung|t)|richtigstellung|widerruf(?:en)?|zuruckgezogen"
    "|rectificatif|rectification|mise au point|dementi"
    "|correccion|corregid[oa]|rectificacion|fe de erratas|aclaracion"
    "|correcao|corrigid[oa]|errata|retificacao|esclarecimento"
    "|errata corrige|rettifica|correzione|precisazione|smentita"
)
_PHRASES = (
    r"(?:an )?earlier version of this|this (?:article|story|report) (?:has been|was) (?:corrected"
    r"|retracted|withdrawn|amended|deleted|removed)|(?:has|have|had) retracted (?:its|the|this|a)"
    r"|we (?:regret the error|got .{0,20}wrong)|is retracting|(?:story|tweet|post|article|report)"
    r" (?:has been|was) (?:deleted|removed|withdrawn)"
    r"|in einer (?:fruheren|ersten) (?:version|fassung)|(?:artikel|bericht|meldung) wurde"
    r" (?:korrigiert|geloscht|zuruckgezogen|berichtigt)|wir bitten,? den fehler zu entschuldigen"
    r"|une (?:precedente version|version precedente) de cet|(?:article|depeche) a ete"
    r" (?:corrige|rectifie|retire|supprime)"
    r"|una version anterior de est[ea]|(?:articulo|noticia|informacion) ha sido"
    r" (?:corregid|rectificad|retirad|eliminad|borrad)[oa]|se retracta"
    r"|uma versao anterior dest[ea]|(?:artigo|noticia|reportagem|texto) foi"
    r" (?:corrigid|retificad|retirad|apagad|removid)[oa]"
    r"|una (?:precedente versione|versione precedente) di quest|(?:articolo|notizia) e stat[oa]"
    r" (?:corrett|rettificat|ritirat|rimoss|cancellat)[oa]"
)
RETRACTED = re.compile(rf"^\W*(?:{_LABELS})\s*[:\]).–—-]|[\[(](?:{_LABELS})[\])]|\b(?:{_PHRASES})")
