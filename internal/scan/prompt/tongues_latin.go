package prompt

// The words of languages in Latin letters; see tongues.
const (
	germanWords = `i ignoriere ignorier missachte vergiss
j ignorieren vergessen missachten
e bitte sie
d uberschreibe umgehe umgeh streiche losche losch uberspringe verwirf brich brichst bricht ubergehe abschalte
d hinweg setz setze lass acht aussetzen verlasse
f halte befolge befolgst folge beachte gehorche gehorchst hort horst hor halten befolgen folgen beachten
s hor_auf stoppe beende
x zeig zeige wiederhole gib nenne verrate verrat schreib schreibe drucke druck liste ubersetze fasse kopiere sag sage zitiere wiedergeben gebe erzahle gib_aus
W was wie welche welcher lautet steht woraus
r ablehne* lehne ablehnen verweiger* weigerst weiger* nein
a spiele spielst spiel tu verhalte verhaltst stell handle antworte antwortest agiere
U du dir dich bist warst deine
V vorherig* bisherig* obig* oben oberhalb vorher vorig* davor zuvor fruher* alten vorangegangen* vorhin ursprunglich*
A alle aller alles samtlich* jegliche* ganze
Y dein deine deinen deiner deinem ihre ihren
O anweisung* instruktion* vorgabe* befehl* systemanweisung*
R regel* richtlinie* programmierung aufgabe* sicherheitsregel* inhaltsrichtlinie* systemnachricht
P prompt prompts systemprompt* system-prompt* prompts
K passwort* geheimnis schlussel admin-passwort
T alles text inhalt
S system* geheim* intern* versteckt* ursprunglich* genaue* wortlaut genauen genauem
L einschrankung* beschrankung* filter* grenze* zensur moral richtlinie* regel* verbote verbot sicherheitsfilter ethisch* skrupel*
B ohne keine keinerlei kein keinen
C unzensiert* uneingeschrankt* ungefiltert* skrupellos* unbeschrankt* skrupellose*
N nicht nie niemals nicht
G nie niemals musst darfst immer
Z jetzt nun sofort ab
D entwicklermod*
u nutzer* benutzer* anwender*
H illegal* bose* unethisch*
Q ungultig aufgehoben gelten gilt abgeschaltet nichtig widerrufen hinfallig
m mein meine meiner meinen
w warnung* warnhinweis*
3 er hat wir haben wird sollen solle seines seiner habe hast
E mail e-mail nachricht* email erinnerung bestellung farbe nachrichten nachricht nachrichten
t dieser diese diesem diesen
F ersten erste erster
g bekommen gegeben gesagt erhalten gegebene* gegebenen vorgegeben
q unbekannt*`

	frenchWords = `i ignore ignorez oublie oubliez ignoreras oublieras desobeis desobeissez
j ignorer oublier desobeir
e veuillez prie
d efface effacez outrepasse outrepassez contourne contournez abstraction transgresse enfreint enfreins mets mettez abandonne abandonnez annule ecarte enfreint
f tiens tenez suis suivre respecte respectez obeis obeissez ecoute suivez respecter obeir
s arrete arretez cesse cessez
x affiche affichez montre montrez montre-moi repete repetez revele revelez donne donnez dis ecris ecrivez imprime traduis copie resume liste recopie cite enumere repondez
W quel quelle quels quelles qu_est quelles
r refuse refuses refuser refusez non refuser
a joue joues jouez fais faites imagine imaginez comporte comportez agis agissez reponds repondez
U tu t te es etes etais vous toi
V precedent* ci-dessus dessus avant anterieur* precede ancien* plus haut initial* d_avant
A tout toute toutes tous aucune toutes
Y tes ton ta vos votre
O instruction* consigne* directive* ordre*
R regle* politique programmation tache reglement normes message_systeme
P prompt prompts
K passe secret secrete cle mot
T tout texte ce_qu ce_qui
S systeme secret* interne* cache* initial* exact* mot
L restriction* limite* filtre* regle* censure morale ethique interdiction* scrupule* ethiques
B sans ni aucune aucun
C  non-censuree illimite* censuree debride*
N ne n pas plus
G jamais toujours dois
Z maintenant desormais partir
D developpeur
u utilisateur*
H illegal* malefique* mechant*
Q annul* nulles nulle null* appliquent valables revoqu* desactiv* caduc*
m mon ma mes
w avertissement* mise
3 il elle qui on ont avons que
E mail message* e-mail courriel couleur commande exercice colis message
t ce cet
F premier premiere
g recu recues donne donnees dit as dit
q inconnu*`

	spanishWords = `i ignora ignore ignorad olvida olvide olvidate olvidad desobedece desobedezca desatiende ignoren olviden
j ignorar olvidar
e favor
d borra borre anula anule descarta descarte saltate evita evite omite omita rompe caso deja deje elude quebranta
f sigue siga seguir obedece obedezca obedeceme hagas respeta cumple cumplir sigas hacer
s deja deje para
x muestra muestre muestrame ensename ensena repite repita revela revele revelame dame dime imprime escribe escriba traduce copia resume lista responda
W cual cuales que
r niega niegue negarte rechaces rechaza niegues
a finge actua actue imagina haz comportate comporta juguemos eres responde responda
U te eres usted tu ti
V anterior* previ* arriba antes preceden* antiguas
A toda todas todo todos ninguna ningun
Y tu tus sus su
O instruccion* indicacion* directri* orden ordenes consigna*
R regla* norma* politica programacion tarea mensaje_del_sistema mensaje_de_sistema
P prompt prompts
K contrasena secreto clave secreta
T todo texto
S sistema secret* intern* ocult* inicial* exact* palabra
L restriccion* limite* filtro* regla* censura moral etic* prohibicion* escrupulo*
B sin ninguna ni ningun nada
C irrestrict* ilimitad*
N no ya
G nunca siempre debes jamas nunca
Z ahora desde partir adelante
D desarrollador
u usuario*
H ilegal* malvad* ilegales
Q anuladas anulada validas valida efecto desactivad* nulas invalidas caducad*
m mi mis
w advertencia*
3   ha han se hemos que quien cual
E correo mensaje* color pedido ejercicio 
t este esta estos estas esta
F primer primera
g recibido dado dieron dijeron recibiste han
q desconocid*`

	portugueseWords = `i ignore ignora ignorem esqueca esquece esquecam desconsidere desconsidera desobedeca desobedece
j ignorar esquecer desconsiderar
e favor
d apague apaga anule descarte burle contorne quebra quebre deixe pule nao_leve
f siga seguir obedeca leve obedece cumpra respeite
s pare para deixe
x mostre mostra repita revele revela diga imprima escreva escreve traduza copie resuma liste responda passa conte
W qual quais o_que
r recusa recuse recusar
a finja aja imagine faca comporte responda jogar
U voce vc te lhe
V anterior* previ* acima antes preceden* antigas
A toda todas tudo todos nenhuma
Y seu sua seus suas teu tua tuas teus
O instruc* diretri* orden* comandos
R regra* norma* politica programacao tarefa mensagem_do_sistema mensagem_de_sistema
P prompt prompts
K senha segredo chave
T tudo texto
S sistema secret* intern* ocult* inicia* exat* palavra
L restric* limite* filtro* regra* censura moral etic* proibic* escrupulo*
B sem nenhuma nem nenhum nada
C irrestrit* ilimitad*
N nao
G nunca sempre deve jamais
Z agora partir adiante diante
D desenvolvedor 
u usuario*
H ilegal malvad*
Q cancelad* valem revogad* desligad* invalid* efeito
m meu minha minhas meus
w aviso* advertencia*
3 ele ela  mandou foi que
E e-mail email mensagen* cor pedido exercicio mensagem
t desta este esta deste
F primeira
g recebeu deram disseram dadas dada
q desconhecid*`

	italianWords = `i ignora ignori ignorate dimentica dimentichi dimenticate scorda scordati trascura trascuri disobbedisci
j ignorare dimenticare
e favore prego
d cancella aggira scarta sovrascrivi metti infrange infrangi elimina annulla viola metti scarta
f tenere segui seguire obbedisci rispetta segua tieni
s smetti smetta
x mostra mostrami ripeti rivela rivelami dammi dimmi scrivi stampa traduci copia riassumi elenca fammi scriva risponda mostra mostrate fammi
W qual quali cosa che_cosa
r rifiuta rifiutare rifiuti rifiutare rifiuti
a finta immagina comportati rispondi giochiamo agisci fai_la fai_finta fare
U ti sei tu lei
V preceden* sopra prima precede vecchie
A tutte tutti tutto tutta alcuna
Y tue tuo tuoi tua sue suo
O istruzion* indicazion* direttiv* ordini consegne
R regol* norm* politica programmazione compito messaggio_di_sistema
P prompt
K password segreto chiave
T tutto cio
S sistema segret* intern* nascost* inizial* esatt* parola
L restrizion* limit* filtr* regol* censura moral* etic* diviet* scrupol*
B senza ne nessuna alcuna nessun
C illimitat*
N non
G mai sempre devi
Z ora adesso avanti poi
D sviluppatore
u utente
H illegal* malvagi*
Q annullat* valgono revocat* disattivat* nulle
m mio mia miei mie
w avvertenz*
3   lui hanno abbiamo che ha lui
E mail messaggi messaggio email colore ordine esercizio messaggi
t questo
F primo
g ricevuto hanno dato stato date detto
q sconosciut*`

	dutchWords = `i negeer vergeet
j negeren vergeten
e alstublieft
d wis omzeil overschrijf laat zet sla schrap breekt breek verwijder buiten opzij
f houd volg volgen gehoorzaam volgt houden rekening volgen
s stop stop
x toon herhaal onthul geef laat print schrijf vertaal kopieer vat vertel zeg noem antwoord laat_zien
W wat welke
r weiger* nee
a speel speelt doe gedraag antwoord spelen stel
U je u bent
V vorige eerder* bovenstaand* boven hierboven voorgaand* hiervoor oude oorspronkelijk* voor
A alle alles enkele
Y je jouw uw
O instructie* aanwijzing* opdracht* systeeminstructie* voorschrift*
R regel* richtlijn* inhoudsbeleid programmering taak veiligheidsregel* systeembericht
P prompt systeemprompt*
K wachtwoord geheim sleutel beheerderswachtwoord
T alles tekst tekst alles
S systeem* geheim* intern* verborgen oorspronkelijk* exact* woord
L beperking* grenz* filter* regel* censuur moraal ethi* verbod* veiligheidsfilter* enkele_beperking*
B zonder geen of geen_enkele
C ongecensureerd* onbeperkt* ongefilterd* gewetenlo* onbeperkte
N niet ongehoorzaam
G nooit altijd mag
Z nu vanaf moment
D ontwikkelaarsmod*
u gebruiker*
H illegal* kwaadaardig*
Q vervallen gelden ingetrokken geldig ongeldig
m mijn
w waarschuwing*
3 hij  we ze die
E mail bericht* e-mail kleur bestelling bericht
t dit
F eerste
g gekregen verteld gaven gegeven
q onbekend*`

	polishWords = `i zignoruj ignoruj zapomnij zignorujcie ignorujcie zapomnijcie
j zignorowac ignorowac zapomniec
e prosze
d obejdz usun odrzuc pomin nadpisz zlam odloz odloz lamie zlamie skasuj
f przestrzegac przestrzegaj stosuj sluchaj wykonuj zwracaj
s przestan przestan przestancie
x pokaz powtorz ujawnij podaj wypisz napisz przetlumacz wymien skopiuj stresc zdradz powiedz odpowiedz
W jaki jakie jaka czego co
r odmawia* odmow* odrzucaj
a udawaj wyobraz zagraj grasz zachowuj odpowiadaj zagrajmy wciel odpowiadasz
U ci jestes tobie ty masz
V poprzedni* powyzsz* wczesniej* przed dawne wyzej poczatkow*
A wszystki* wszelki*
Y swoj* twoj*
O instrukcj* polecen* wytyczn* rozkaz* systemowe_instrukcj*
R zasad* regul* polityk* oprogramowanie zadani* wiadomosc_systemow*
P prompt prompty prompta promptu
K haslo sekret klucz
T wszystkim wszystko tekst*
S systemow* tajn* wewnetrzn* ukryt* poczatkow* dokladn* slowo
L ograniczen* granic* filtr* zasad* cenzur* moraln* etyk* etyczn* zakaz* skrupul* zakazow
B bez zadn* ni
C nieocenzurowan* nieograniczon*
N nie
G nigdy zawsze
Z teraz odtad chwili od
D programist* deweloper*
u uzytkownik*
H nielegaln*  zly
Q niewazn* obowiazuj* anulowan* wylaczon*
m moj moja moje moim
w ostrzezen*
3 ktory ktora on zostal ktory ktora
E e-mail mail kolor* wiadomosci zamowienie  wiadomosc* wiadomosci
t ta tym ta tym te tego
F pierwsz*
g otrzymal* dali powiedziano podane dostal*
q nieznan*`

	turkishWords = `i yoksay unut unutun yoksayin
i yok_say gormezden_gel goz_ardi dikkate_alma bos_ver bir_kenara gormezden_gelin dikkate_almayin
e lutfen
d sil atla as cigne* gec gecersiz_kil
f uymayi uyma uy itaat uymak
s birak
x goster tekrarla acikla listele yazdir soyle yaz cevir kopyala ozetle ver anlat aciklayin goster
W nedir nelerdi neler hangi neyi ne
r reddet* hayir reddetme* reddeden reddetmemeli* reddetmemelisin
a davran hayal oyna oynayalim oynuyorsun oyna cevap
U sana sen siz sin sun
V onceki yukaridaki once yukarida eski daha ilk onceki
A tum butun tumunu hicbir her
Y senin kendi
O talimat* yonerge* komut* emir*
OY  talimatlarin talimatlarina talimatlarindan talimatlarinizi talimatlariniz yonergelerin yonergelerini komutlarin emirlerin talimatlarini komutlarini
R kural* ilke* politika* programla* gorev* guvenlik_kurallari sistem_mesaji*
RY kurallarin* politikani programlamani gorevini gorevinizi kurallariniz*
P prompt* istem
PY promptun* istemin*
K sifre* parola* sir sirri sirrini anahtar*
T seyi her_sey metni sey*
S sistem* gizli dahili tam kelimesi ilk
L kisitlama* sinir* filtre* kural* sansur* ahlak* etik* yasak* vicdan* kisitlaman sinirin siniri
B hicbir yok yoktur olmayan
C kuralsiz filtresiz sansursuz kisitlamasiz sinirsiz vicdansiz
N degil degildir
G asla hicbir
Z artik simdi bundan itibaren su
D gelistirici
u kullanici*
H yasa kotu
Q gecersiz* gecerli iptal kapali
m benim
w uyari*
3 geldi
E e-posta mesaji mesajimi renk siparis odev* mesajlari mesajdan mesajimdan mesaj
t bu
F ilk ilk
g verilen soylenen verdigi aldin verdigi
q bilinmeyen`
)
