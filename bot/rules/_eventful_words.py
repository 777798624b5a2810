"""What a clip may be about that no picture is made up for, in six languages. Tables only.

Courts, elections, unrest, war, what nature and machines do to people: beside the words of
`bot/prose/sensitive.py`, and like them quick to say yes. A false alarm costs a drawing.
"""

from bot.prose.sensitive import compiled

__all__ = ["EVENTFUL"]

_WORDS = {
    "en": "court courts courtroom* trial trials judge judges jury verdict* lawsuit* sue sued sues"
    " prosecut* sentenced indict* tribunal* election* elected electoral vote votes voted"
    " voter* voting ballot* poll polls polling referendum* candidate* coup coups protest*"
    " riot* unrest demonstrator* clash* ceasefire truce invasion* invade* militar* army"
    " armies soldier* weapon* gun guns drone drones shelling shelled siege* militia*"
    " uprising* curfew* eruption* erupt* volcan* tsunami* landslide* mudslide* avalanche*"
    " storm storms cyclone* typhoon* drought* heatwave* sinkhole* quake* aftershock* blaze*"
    " smoke wreck* capsiz* sank sink sinks sunk aground stranded toxic spill spills"
    " radioactive blackout* outage* emergency emergencies pileup* ditched stampede* leak"
    " leaks leaked contaminat*",
    "de": "gericht gerichts* gerichte* amtsgericht* prozess* urteil* richter* staatsanwalt* klage"
    " klagen verklag* tribunal* wahl wahlen wahlkampf* wahlsieg* wähler* bundestagswahl*"
    " landtagswahl* kommunalwahl* parlamentswahl* präsidentschaftswahl* europawahl* neuwahl*"
    " stichwahl* gewählt* stimmzettel* abstimmung* referendum* volksentscheid* kandidat*"
    " protest* demonstrant* demonstration* ausschreitung* unruhen putsch* armee* bundeswehr"
    " soldat* waffe* drohne* invasion* einmarsch* waffenruhe* miliz* belager* aufstand*"
    " ausgangssperre* vulkan* ausgebrochen eruption* tsunami* flutwelle* erdrutsch* lawine*"
    " orkan* zyklon* taifun* unwetter* gewitter* dürre* flut fluten hochwasser* nachbeben*"
    " rauch* schiffbruch* havarie* kenter* gekentert gesunken sank giftig* radioaktiv*"
    " stromausfall* notstand* karambolage* massenpanik* wrack* leck hitzewelle*",
    "fr": "tribunal tribunaux cour procès juge juges jugé* verdict* plainte* procureur* parquet"
    " élection* élu élue élus électeur* électoral* électorale* vote votes voté* voter"
    " scrutin* référendum* candidat* manifestant* manifestation* émeute* affrontement*"
    " putsch* trêve invasion* armée* militaire* soldat* arme armes drone drones siège"
    " milice* soulèvement* éruption* volcan* tsunami* glissement* avalanche* orage* ouragan*"
    " cyclone* typhon* sécheresse* canicule* inond* crue crues submersion* incendies fumée*"
    " naufrag* chavir* échou* toxique* radioactif* radioactive* urgence* carambolage*"
    " bousculade* épave* fuite fuites",
    "es": "tribunal* juzgado* juez jueza jueces juicio* veredicto* sentencia* fiscal* fiscalía"
    " eleccion* electoral* elector* electo* voto votos votar votó votaci* urna urnas"
    " referénd* candidat* protesta* manifestant* manifestaci* disturbio* golpe golpista*"
    " tregua invasi* ejércit* militar* soldado* arma armas dron drones asedio* milicia*"
    " sublevaci* erupci* volcán volcan* tsunami* deslizam* alud* avalanch* tormenta* ciclón"
    " ciclon* tifón tifon* sequía* riada* crecida* desbord* réplica* humo naufrag* volc*"
    " hundi* encall* tóxic* radiactiv* apagón apagon* emergencia* estampida* fuga demandad*",
    "pt": "tribunal tribunais juiz* juíza* julgament* veredit* sentença* promotor* procurador*"
    " eleição eleiç* eleitor* eleito* eleita* voto votos votar votou votaç* urna urnas"
    " referend* candidat* protest* manifestant* manifestaç* motim motins golpe golpist*"
    " trégua invas* exército* militar* soldado* arma armas drone drones cerco milícia*"
    " revolta* erupç* vulc* tsunami* deslizament* avalanch* tempestad* ciclone* tufão tufões"
    " seca secas enchent* alag* enxurrad* réplica* fumaça fumo naufrág* afund* encalh*"
    " tóxic* radioativ* apagão apagões emergência* pisote* vazament*",
    "it": "tribunal* corte giudic* processo processi verdett* sentenz* procura procuratore*"
    " elezion* elettor* elettoral* eletto eletta eletti voto voti votare votat* votaz* urne"
    " referendum* candidat* protest* manifestant* manifestazion* scontri rivolt* golp*"
    " tregua invasion* esercit* militar* soldat* arma armi drone droni assedi* milizi*"
    " insurrezion* eruzion* vulcan* tsunami* frana frane valang* tempest* temporal* ciclon*"
    " tifon* siccità nubifrag* maltempo allagament* esond* fumo naufrag* affond* incagl*"
    " tossic* radioattiv* blackout emergenz* calca fuga",
}
EVENTFUL = {code: compiled(code, listed) for code, listed in _WORDS.items()}
"""By language."""
