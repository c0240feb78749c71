package prompt

// The words of Germanic languages, Polish and Turkish; see tongues.
const (
	germanWords = `i ignoriere ignorier missachte vergiss vergesst verwerfe verwirf ignoriert missachtet uberhore uberhor pfeif
j ignorieren vergessen missachten verwerfen
e bitte sie
d uberschreibe umgehe umgeh streiche losche losch uberspringe verwirf brich brichst bricht ubergehe abschalte
d hinweg setz setze lass acht aussetzen verlasse betrachte wirf schmeiss schmeisse ersetze ersetz blende ausblenden streich pfeif aushebel* umschiffe kipp entferne wegwerfen vernachlassige vernachlassigst ignorierst schere scherst kummere kummer beeinflussen entledige
f halte befolge befolgst folge beachte gehorche gehorchst hort horst hor halten befolgen folgen beachten gehorchen horche hore folg unterwirf
s hor_auf stoppe beende hor aufhoren schluss stopp beendet brich
x zeig zeige wiederhole gib nenne verrate verrat schreib schreibe drucke druck liste ubersetze fasse kopiere sag sage zitiere wiedergeben gebe erzahle gib_aus zitier abschrift rezitiere offenlegen offenbare wiederhol kopier ubersetz nennt liefere lies ausgeben ausgibst aufzahlen aufliste auflisten tippe tipp buchstabiere gestehe plaudere poste
W was wie welche welcher lautet steht woraus woruber
r ablehne* lehne ablehnen verweiger* weigerst weiger* nein ausweichen abzulehnen
a spiele spielst spiel tu verhalte verhaltst stell handle antworte antwortest agiere schlupf schlupfe verkorpere imitiere mime simuliere heisst
U du dir dich bist warst deine ihr euch
V vorherig* bisherig* obig* oben oberhalb vorher vorig* davor zuvor fruher* alten vorangegangen* vorhin ursprunglich* voran vorausgehend* vorgeschaltet* anfang anfangs beginn vorstehend* zuletzt
A alle aller alles samtlich* jegliche* ganze samtliche allesamt jedwede*
Y dein deine deinen deiner deinem ihre ihren
O anweisung* instruktion* vorgabe* befehl* systemanweisung* vorgaben weisung* systemtext* systemvorgabe* leitplanken direktive* order* auftrag* auftrage
R regel* richtlinie* programmierung aufgabe* sicherheitsregel* inhaltsrichtlinie* systemnachricht leitlinie* konfiguration* rolle systemtext* grundsatz* verhaltensregel* vorschrift* systemprompt*
P prompt prompts systemprompt* system-prompt* prompts
K passwort* geheimnis schlussel admin-passwort geheimcode codewort kennwort* losungswort zugangsdaten
T alles text inhalt
S system* geheim* intern* versteckt* ursprunglich* genaue* wortlaut genauen genauem geheime geheimen verborgen* urspr*
L einschrankung* beschrankung* filter* grenze* zensur moral richtlinie* regel* verbote verbot sicherheitsfilter ethisch* skrupel* schranken leitplanken hemmung* inhaltsfilter* schutz* sicherheitsvorkehrung* sperre* tabus zensiert
B ohne keine keinerlei kein keinen weder ohne_jede frei_von
C unzensiert* uneingeschrankt* ungefiltert* skrupellos* unbeschrankt* skrupellose* ungehemmt* hemmungslos* unzensierte entfesselt* grenzenlos* unmoralisch*
N nicht nie niemals nicht keinesfalls keineswegs statt nichts
G nie niemals musst darfst immer
Z jetzt nun sofort ab fortan kunftig von_nun_an von_jetzt_an
D entwicklermod*
u nutzer* benutzer* anwender*
H illegal* bose* unethisch*
Q ungultig aufgehoben gelten gilt abgeschaltet nichtig widerrufen hinfallig gestrichen ausgeschaltet* deaktiviert* ausser_kraft entfernt abgestellt schalte abgeschafft ungultige erloschen uberholt vergessen
m mein meine meiner meinen ich_bestimme
w warnung* warnhinweis* bedenken hinweise
3 er hat wir haben wird sollen solle seines seiner habe hast
E mail e-mail nachricht* email erinnerung bestellung farbe nachrichten nachricht nachrichten satz gesprach unterhaltung seite
t dieser diese diesem diesen
F ersten erste erster
g bekommen gegeben gesagt erhalten gegebene* gegebenen vorgegeben programmiert* mitgegeben* einprogrammiert* auferlegt* gezeigt eingegeben
q unbekannt*
PS systemprompt* system-prompt* startprompt* ausgangsprompt* anfangsprompt*
X wort_fur_wort zeile_fur_zeile ungekurzt* ruckwarts unverandert* im_wortlaut wortwortlich* vollstandig* eins_zu_eins
c entwickler* betreiber* schopfer* ersteller* programmierer* erbauer* anbieter* hersteller*
k gehackt pwned gekapert kompromittiert
b stattdessen anstelle anstatt
z zwilling* zweimal doppelt alter_ego zwei_antworten
p angenommen nehmen_wir_an gesetzt_den_fall wenn_du hattest warest
l rolle rollen figur charakter
n leite weiterleiten sende schick schicke verschicke lade_hoch uberweise
o entbinde entbunden befreie befreit erlose
v egal unabhangig ungeachtet
y bestnote bewerte hochstnote hochste volle_punktzahl positiv
h liest lesen verarbeitet zusammenfasst
M ki kis sprachmodell* kunstlich* chatbot* assistent*
OS systemnachricht systemnachricht* systemtext* systemmeldung*
4 angreifer* angriff* injection injektion jailbreak geschichte erzahlung roman marchen`

	dutchWords = `i negeer vergeet negeert vergat
j negeren vergeten
e alstublieft
d wis omzeil overschrijf laat zet sla schrap breekt breek verwijder buiten opzij beschouw schuif trek gooi hou vervang schakel zwijg loslaten verwerp dump
f houd volg volgen gehoorzaam volgt houden rekening volgen luister gehoorzaam* luisteren
s stop stop ophouden
x toon herhaal onthul geef laat print schrijf vertaal kopieer vat vertel zeg noem antwoord laat_zien citeer vat_samen dreun typ kopie onthullen opsommen spel verklap geef_weer schrijf_uit lees
W wat welke hoe_luidt
r weiger* nee
a speel speelt doe gedraag antwoord spelen stel kruip heet doet voor
U je u bent jou
V vorige eerder* bovenstaand* boven hierboven voorgaand* hiervoor oude oorspronkelijk* voor begin begin* voorafgaand* vooraf eerst
A alle alles enkele
Y je jouw uw
O instructie* aanwijzing* opdracht* systeeminstructie* voorschrift* opdrachten systeemtekst* bevel* bevelen richtlijn* begininstructie*
R regel* richtlijn* inhoudsbeleid programmering taak veiligheidsregel* systeembericht configuratie* systeemtekst* beleid gedragsregel* instelling*
P prompt systeemprompt*
K wachtwoord geheim sleutel beheerderswachtwoord geheime_code sleutelwoord toegangscode
T alles tekst tekst alles
S systeem* geheim* intern* verborgen oorspronkelijk* exact* woord
L beperking* grenz* filter* regel* censuur moraal ethi* verbod* veiligheidsfilter* enkele_beperking* veiligheids* filters remming* verboden
B zonder geen of geen_enkele noch zonder_enige vrij_van
C ongecensureerd* onbeperkt* ongefilterd* gewetenlo* onbeperkte ongeremd* grenzelo* losgeslagen ongelimiteerd*
N niet ongehoorzaam
G nooit altijd mag
Z nu vanaf moment voortaan van_nu_af
D ontwikkelaarsmod*
u gebruiker*
H illegal* kwaadaardig*
Q vervallen gelden ingetrokken geldig ongeldig uitgeschakeld* uitgezet verwijderd afgeschaft uit geldt vernietigd
m mijn
w waarschuwing*
3 hij we ze die
E mail bericht* e-mail kleur bestelling bericht zin gesprek pagina
t dit
F eerste
g gekregen verteld gaven gegeven geprogrammeerd* opgelegd* meegegeven
q onbekend*
PS systeemprompt* beginprompt* startprompt*
X regel_voor_regel woord_voor_woord onverkort* achterstevoren letterlijk precies exact
c ontwikkelaar ontwikkelaars beheerder* maker* schepper* programmeur* aanbieder* eigenaar
k gehackt pwned gekraakt
b in_plaats_daarvan in_plaats
z tweeling* twee_keer tweemaal alter_ego
p stel_dat stel_je_had veronderstel
l rol rollen huid personage
n stuur doorsturen verzend mail verstuur
o ontsla bevrijd verlos
v wat_er_ook ongeacht wat_er
y hoogste_cijfer hoogste_score cijfer beoordeel volle_punten
h leest lezen
M ai kunstmatig* taalmodel* assistent* chatbot*
OS systeembericht*
4 aanvaller* aanval* injection verhaal sprookje`

	polishWords = `i zignoruj ignoruj zapomnij zignorujcie ignorujcie zapomnijcie lekcewaz
j zignorowac ignorowac zapomniec lekcewazyc
e prosze
d obejdz usun odrzuc pomin nadpisz zlam odloz odloz lamie zlamie skasuj uznaj przejmuj olej bierz wyrzuc zastap wylacz skresl olej porzuc obchodz odsun wymaz
f przestrzegac przestrzegaj stosuj sluchaj wykonuj zwracaj sluchac sluchasz posluszny podporzadkuj przestrzegal
s przestan przestan przestancie przerwij dosc
x pokaz powtorz ujawnij podaj wypisz napisz przetlumacz wymien skopiuj stresc zdradz powiedz odpowiedz zacytuj cytuj przepisz kopii streszcz odczytaj wyjaw przytocz wyswietl
W jaki jakie jaka czego co co_dokladnie
r odmawia* odmow* odrzucaj
a udawaj wyobraz zagraj grasz zachowuj odpowiadaj zagrajmy wciel odpowiadasz wejdz nazywasz odgrywaj
U ci jestes tobie ty masz cie ciebie wam
V poprzedni* powyzsz* wczesniej* przed dawne wyzej poczatkow* poczatku pierwotn* dotychczasow*
A wszystki* wszelki* wszystkich
Y swoj* twoj*
O instrukcj* polecen* wytyczn* rozkaz* systemowe_instrukcj* wskazowk* nakaz* dyrektyw*
R zasad* regul* polityk* oprogramowanie zadani* wiadomosc_systemow* konfiguracj* norm* komunikat* regulamin* ustawien* tekst_systemow*
P prompt prompty prompta promptu
K haslo sekret klucz tajemnic* hasla sekretu
T wszystkim wszystko tekst*
S systemow* tajn* wewnetrzn* ukryt* poczatkow* dokladn* slowo
L ograniczen* granic* filtr* zasad* cenzur* moraln* etyk* etyczn* zakaz* skrupul* zakazow moralnosc* filtry zabezpiecze* hamulc* cenzury
B bez zadn* ni ani bez_zadn* wolny_od
C nieocenzurowan* nieograniczon* nieskrepowan* bezwzgledn*
N nie nie_mow
G nigdy zawsze
Z teraz odtad chwili od od_tej_chwili
D programist* deweloper*
u uzytkownik*
H nielegaln* zly
Q niewazn* obowiazuj* anulowan* wylaczon* niewazne obowiazuja wylaczam wylaczone usunieto wylaczono zniesion* nieaktualn* uchylon*
m moj moja moje moim
w ostrzezen*
3 ktory ktora on zostal ktory ktora
E e-mail mail kolor* wiadomosci zamowienie wiadomosc* wiadomosci zdaniem zdanie rozmow* strone
t ta tym ta tym te tego
F pierwsz*
g otrzymal* dali powiedziano podane dostal* zaprogramowano zaprogramowan* nalozon* narzucon*
q nieznan*
PS prompt_systemow* promptu_systemow*
X linijka_po_linijce slowo_w_slowo bez_skrotow od_tylu doslownie dokladnie w_calosci
c tworc* operator* programist* deweloper* autor* wlasciciel*
k zhakowan* pwned shakowan*
b zamiast
z blizniak* dwa_razy dwukrotnie alter_ego
p zalozmy przypuscmy gdybys
l roli role postac
n przeslij wyslij przekaz
o zwalniam uwalniam
v niezaleznie bez_wzgledu cokolwiek
y najwyzsza_ocene najwyzsza maksymaln* ocene
h czyta czytaja przeczyta
M ai sztuczn* asystent* model_jezykow*
OS komunikat_systemow* komunikatem_systemow* wiadomosc_systemow*
4 atakujac* napastnik* atak* opowiadanie historie bajke`

	turkishWords = `i yoksay unut unutun yoksayin
i yok_say gormezden_gel goz_ardi dikkate_alma bos_ver bir_kenara gormezden_gelin dikkate_almayin umursama aldirma unutun
e lutfen
d sil atla as cigne* gec gecersiz_kil geçersiz gecersiz_say birak degistir cope_at at kapat kapatiyorum devre_disi yik iptal_et ciz kirmayi
f uymayi uyma uy itaat uymak dinle itaat_etmeyi boyun sozunu
s birak kes durdur
x goster tekrarla acikla listele yazdir soyle yaz cevir kopyala ozetle ver anlat aciklayin goster aktar sok dok yansit ifsa satir_satir alintila ilet
W nedir nelerdi neler hangi neyi ne ne_yaziyor hangi_yonergeler
r reddet* hayir reddetme* reddeden reddetmemeli* reddetmemelisin
a davran hayal oyna oynayalim oynuyorsun oyna cevap kiligina gir cikma adin davranin
U sana sen siz sin sun seni size sizi
V onceki yukaridaki once yukarida eski daha ilk onceki basta baslangic* oncesi ozgun
A tum butun tumunu hicbir her
Y senin kendi
O talimat* yonerge* komut* emir* buyruk* direktif* yonlendirme*
OY talimatlarin talimatlarina talimatlarindan talimatlarinizi talimatlariniz yonergelerin yonergelerini komutlarin emirlerin talimatlarini komutlarini
R kural* ilke* politika* programla* gorev* guvenlik_kurallari sistem_mesaji* yapilandirma* kurallar* ayar* mesaj* sistem_metni
RY kurallarin* politikani programlamani gorevini gorevinizi kurallariniz* yapilandirmanin kurallarini kurallarin
P prompt* istem
PY promptun* istemin* promptunda promptunu promptun
K sifre* parola* sir sirri sirrini anahtar* sirlarini gizli_kod
T seyi her_sey metni sey* metin
S sistem* gizli dahili tam kelimesi ilk
L kisitlama* sinir* filtre* kural* sansur* ahlak* etik* yasak* vicdan* kisitlaman sinirin siniri guvenlik_filtre* tabu*
B hicbir yok yoktur olmayan tanimiyorsun yoksa ne_ahlak olmadan
C kuralsiz filtresiz sansursuz kisitlamasiz sinirsiz vicdansiz ahlaksiz zincirsiz
N degil degildir soyleme
G asla hicbir
Z artik simdi bundan itibaren su bundan_boyle su_andan
D gelistirici
u kullanici*
H yasa kotu
Q gecersiz* gecerli iptal kapali islemiyor kapatildi sokulmus kaldirildi kapatiyorum gecersizdir hukumsuz gecmiyor yururlukte
m benim
w uyari*
3 geldi
E e-posta mesaji mesajimi renk siparis odev* mesajlari mesajdan mesajimdan mesaj cumlemden cumle* konusma*
t bu
F ilk ilk
g verilen soylenen verdigi aldin verdigi programladik* koydugu verdi dayatilan yukledik*
q bilinmeyen
j gormezden_gel hesaba_katma bir_yana_birak boslayin aldirma
PS sistem_prompt* baslangic_prompt* sistem_istem*
X satir_satir kelimesi_kelimesine tersten kisaltmadan harfi_harfine tam_olarak
c yaratici* operator* gelistirici* sahib* programci* yapimci*
k hacklendim hacklendi pwned ele_gecirildi
b yerine onun_yerine
z ikiz* iki_kez iki_defa
p diyelim varsayalim farz_et
l rol* kilig* karakter*
n ilet gonder yolla
o azat serbest_birakiyorum ozgur_birak kurtariyorum
v ne_yazarsa ne_olursa fark_etmez bagimsiz
y en_yuksek tam_puan yuksek_not
h okuyan okuyor
M yapay_zeka* yapay_zekaya asistan* dil_modeli
OS sistem_mesaj*
4 saldirgan* saldiri* hikaye* masal*
mFE ilk_cumlemden ilk_cumlem* ilk_mesajim*
VT onceki_metni
LY filtrelerini kisitlamalarini sinirlarini`
)
