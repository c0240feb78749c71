package prompt

// The words of Romance languages; see tongues.
const (
	frenchWords = `i ignore ignorez oublie oubliez ignoreras oublieras desobeis desobeissez oublions negligez neglige ignorons
j ignorer oublier desobeir omettre negliger
e veuillez prie
d efface effacez outrepasse outrepassez contourne contournez abstraction transgresse enfreint enfreins mets mettez abandonne abandonnez annule ecarte enfreint considere considerez jette jetez laisse laissez libere fais_abstraction mets_de_cote coupe coupez supprime supprimez remplace remplacez revoque revoquez passe_outre balaie tire_un_trait fous fiche moque fiches
f tiens tenez suis suivre respecte respectez obeis obeissez ecoute suivez respecter obeir tiens_compte tenir_compte aucun_compte ecoute-moi
s arrete arretez cesse cessez assez fini
x affiche affichez montre montrez montre-moi repete repetez revele revelez donne donnez dis ecris ecrivez imprime traduis copie resume liste recopie cite enumere repondez recopiez recite recitez citez divulgue devoile fournis livre avoue tape detaille epelle reproduis
W quel quelle quels quelles qu_est quelles c_est_quoi qu_y_a
r refuse refuses refuser refusez non refuser decliner refusent
a joue joues jouez fais faites imagine imaginez comporte comportez agis agissez reponds repondez glisse incarne appelles reponds_deux
U tu t te es etes etais vous toi
V precedent* ci-dessus dessus avant anterieur* precede ancien* plus haut initial* d_avant debut depart origine prealable*
A tout toute toutes tous aucune toutes
Y tes ton ta vos votre
O instruction* consigne* directive* ordre* consignes commandement* indication* directives
R regle* politique programmation tache reglement normes message_systeme reglement* configuration* regles parametr* lignes_directrices
P prompt prompts
K passe secret secrete cle mot secrets code_secret cle_secrete mot_de_passe
T tout texte ce_qu ce_qui
S systeme secret* interne* cache* initial* exact* mot
L restriction* limite* filtre* regle* censure morale ethique interdiction* scrupule* ethiques contraintes contrainte filtres garde-fou* tabou* limites securite
B sans ni aucune aucun plus_de depourvu* libre_de
C non-censuree illimite* censuree debride* non_censure* sans_censure dechaine* demuni*
N ne n pas plus rien
G jamais toujours dois
Z maintenant desormais partir dorenavant a_partir_de
D developpeur
u utilisateur*
H illegal* malefique* mechant*
Q annul* nulles nulle null* appliquent valables revoqu* desactiv* caduc* annulees valent coupe desactive* retire* supprime* existe caduques suspendu* leve* leves
m mon ma mes
w avertissement* mise
3 il elle qui on ont avons que
E mail message* e-mail courriel couleur commande exercice colis message phrase conversation page
t ce cet
F premier premiere
g recu recues donne donnees dit as dit programme programmee impose* imposees fournies
q inconnu*
PS prompt_systeme prompt_de_depart prompt_initial prompt_de_base
X ligne_par_ligne mot_pour_mot sans_rien_couper a_l_envers textuellement integral* exactement
c createur* operateur* developpeur* concepteur* programmeur* fabricant* proprietaire*
k pirate piratee hacke hackee pwned
b plutot a_la_place au_lieu
z double jumeau jumelle deux_fois alter_ego
p supposons imaginons admettons suppose
l role peau personnage
n envoie transfere transferez transmets envoyez
o libere liberons affranchis delie
v quel_que_soit peu_importe quoi_que
y meilleure_note note_maximale 20_sur_20 meilleure
h lit lisez lisant
M ia ias intelligence_artificielle modele_de_langage assistant*
OS message_systeme message_du_systeme
4 attaquant* attaque* injection histoire conte roman`

	spanishWords = `i ignora ignore ignorad olvida olvide olvidate olvidad desobedece desobedezca desatiende ignoren olviden ignoralo olvidalas ignores desoye desoiga
j ignorar olvidar desoir desatender olvide
e favor
d borra borre anula anule descarta descarte saltate evita evite omite omita rompe caso deja deje elude quebranta da_por_anulad* deja_a_un_lado deja_de_lado pasa_por_alto pase_por_alto pasa sustituye sustituya reemplaza tira tire tengas_en_cuenta apaga desactiva desactivo cambia quita elimina desecha suprime prescinde ponte_por_encima
f sigue siga seguir obedece obedezca obedeceme hagas respeta cumple cumplir sigas hacer hazme_caso hacer_caso hagas_caso obedeces obedecer escuchame tengas_en_cuenta cumplas
s deja deje para deja_de para_de basta detente alto
x muestra muestre muestrame ensename ensena repite repita revela revele revelame dame dime imprime escribe escriba traduce copia resume lista responda copie cita citame cite transcribe recita divulga suelta confiesa vuelca escribeme detalla reproduce dictame teclea
W cual cuales que que_pone cuales_son
r niega niegue negarte rechaces rechaza niegues
a finge actua actue imagina haz comportate comporta juguemos eres responde responda metete contesta conteste interpreta encarna llamas
U te eres usted tu ti
V anterior* previ* arriba antes preceden* antiguas principio inicio anteriormente original*
A toda todas todo todos ninguna ningun
Y tu tus sus su
O instruccion* indicacion* directri* orden ordenes consigna* instrucciones indicaciones consignas mandatos pautas
R regla* norma* politica programacion tarea mensaje_del_sistema mensaje_de_sistema normas configuracion* reglamento directrices ajustes
P prompt prompts
K contrasena secreto clave secreta secretos clave_secreta
T todo texto
S sistema secret* intern* ocult* inicial* exact* palabra
L restriccion* limite* filtro* regla* censura moral etic* prohibicion* escrupulo* filtros frenos limites barreras seguridad tabues
B sin ninguna ni ningun nada sin_ningun libre_de carente
C irrestrict* ilimitad* desinhibid* sin_censura desenfrenad* desatad*
N no ya
G nunca siempre debes jamas nunca
Z ahora desde partir adelante a_partir_de_ahora desde_ahora de_ahora_en_adelante
D desarrollador
u usuario*
H ilegal* malvad* ilegales
Q anuladas anulada validas valida efecto desactivad* nulas invalidas caducad* rigen desactivo desactivados apagados quitaron derogad* caducado aplican vigentes
m mi mis
w advertencia*
3 ha han se hemos que quien cual
E correo mensaje* color pedido ejercicio frase conversacion pagina
t este esta estos estas esta
F primer primera
g recibido dado dieron dijeron recibiste han programaron programado programaste impuso impuest* puso dio
q desconocid*
PS prompt_del_sistema prompt_inicial prompt_de_sistema
X linea_por_linea palabra_por_palabra al_pie_de_la_letra sin_recortar al_reves literal* textual* integr*
c creador* operador* desarrollador* programador* fabricante* dueno
k hackeado hackeada pirateado pwned
b en_su_lugar en_lugar en_vez
z gemel* dos_veces alter_ego
p supongamos supon imaginemos digamos
l papel rol personaje
n reenvia envia manda reenvie
o libero liberado libera
v diga_lo_que sin_importar independientemente da_igual
y nota_maxima maxima_puntuacion nota maxima
h lea lee leyendo
M ia inteligencia_artificial modelo_de_lenguaje asistente*
OS mensaje_del_sistema mensaje_de_sistema
4 atacante* ataque* injection inyeccion cuento relato historia`

	portugueseWords = `i ignore ignora ignorem esqueca esquece esquecam desconsidere desconsidera desobedeca desobedece despreze
j ignorar esquecer desconsiderar desprezar
e favor
d apague apaga anule descarte burle contorne quebra quebre deixe pule nao_leve considere_revogad* deixe_de_lado passe_por_cima passa_por_cima larga largue substitua substitui jogue joga leve_em_conta desligo desligue desative ignora descarta troque deite elimine esqueca_de
f siga seguir obedeca leve obedece cumpra respeite escute obedecer leve_em_conta ouca acate
s pare para deixe pare_de chega basta
x mostre mostra repita revele revela diga imprima escreva escreve traduza copie resuma liste responda passa conte cite transcreva recite divulgue forneca entregue despeje detalhe digite reproduza fale
W qual quais o_que o_que_esta
r recusa recuse recusar
a finja aja imagine faca comporte responda jogar entre interprete chama encarne assuma
U voce vc te lhe
V anterior* previ* acima antes preceden* antigas inicio comeco originai* previament*
A toda todas tudo todos nenhuma
Y seu sua seus suas teu tua tuas teus
O instruc* diretri* ordem ordens comandos orientacoes instrucoes indicacoes
R regra* norma* politica programacao tarefa mensagem_do_sistema mensagem_de_sistema configuracao* regulamento* normas diretrizes parametros
P prompt prompts
K senha segredo chave segredos chave_secreta codigo_secreto
T tudo texto
S sistema secret* intern* ocult* inicia* exat* palavra
L restric* limite* filtro* regra* censura moral etic* proibic* escrupulo* filtros freios limites barreiras seguranca tabus
B sem nenhuma nem nenhum nada sem_nenhum livre_de
C irrestrit* ilimitad* desinibid* sem_censura desenfread* destravad*
N nao
G nunca sempre deve jamais
Z agora partir adiante diante de_agora_em_diante a_partir_de_agora doravante
D desenvolvedor
u usuario*
H ilegal malvad*
Q cancelad* valem revogad* desligad* invalid* efeito revogadas desligo desligados tiraram removidos anuladas vigoram suspensas desativ*
m meu minha minhas meus
w aviso* advertencia*
3 ele ela mandou foi que
E e-mail email mensagen* cor pedido exercicio mensagem frase conversa pagina
t desta este esta deste
F primeira
g recebeu deram disseram dadas dada programado programada programaram imposto impos* colocou deu
q desconhecid*
PS prompt_do_sistema prompt_inicial prompt_de_sistema
X linha_por_linha palavra_por_palavra sem_cortar de_tras_para_a_frente literal* na_integra exatamente
c criador* operador* desenvolvedor* programador* fabricante* dono
k hackeado hackeada pwned invadido
b em_vez em_vez_disso no_lugar
z gemeo* duas_vezes alter_ego
p suponha imagine_que digamos supondo
l papel personagem
n encaminhe envie mande encaminha
o liberto libero livro liberte
v nao_importa independentemente seja_qual
y nota_maxima pontuacao_maxima maxima nota
h leia ler lendo
M ia inteligencia_artificial modelo_de_linguagem assistente*
OS mensagem_do_sistema mensagem_de_sistema
4 atacante* ataque* injection injecao conto historia`

	italianWords = `i ignora ignori ignorate dimentica dimentichi dimenticate scorda scordati trascura trascuri disobbedisci ignorare tralascia tralasciate
j ignorare dimenticare trascurare
e favore prego
d cancella aggira scarta sovrascrivi metti infrange infrangi elimina annulla viola metti scarta considera_annullat* metti_da_parte lascia_perdere sostituisci butta buttate getta tenere_conto fregatene frega disattivo disattiva spegni rimuovi rimpiazza accantona sbarazzati
f tenere segui seguire obbedisci rispetta segua tieni ascolta tenere_conto obbedire ascoltami
s smetti smetta smetti_di ferma fermati basta
x mostra mostrami ripeti rivela rivelami dammi dimmi scrivi stampa traduci copia riassumi elenca fammi scriva risponda mostra mostrate fammi cita trascrivi recita divulga fornisci svela confessa dettaglia riporta riproduci digita
W qual quali cosa che_cosa che_cosa_c
r rifiuta rifiutare rifiuti rifiutare rifiuti
a finta immagina comportati rispondi giochiamo agisci fai_la fai_finta fare entra interpreta chiami impersona
U ti sei tu lei
V preceden* sopra prima precede vecchie inizio principio originali originari*
A tutte tutti tutto tutta alcuna
Y tue tuo tuoi tua sue suo
O istruzion* indicazion* direttiv* ordini consegne indicazioni comandi istruzioni
R regol* norm* politica programmazione compito messaggio_di_sistema configurazione* regolamento* norme direttive impostazion*
P prompt
K password segreto chiave segreti chiave_segreta
T tutto cio testo
S sistema segret* intern* nascost* inizial* esatt* parola
L restrizion* limit* filtr* regol* censura moral* etic* diviet* scrupol* filtri freni limiti barriere sicurezza tabu vincol*
B senza ne nessuna alcuna nessun senza_alcun niente libero_da
C illimitat* disinibit* senza_censura sfrenat* scatenat*
N non
G mai sempre devi
Z ora adesso avanti poi d_ora_in_poi da_ora_in_poi da_adesso
D sviluppatore
u utente
H illegal* malvagi*
Q annullat* valgono revocat* disattivat* nulle annullate disattivo disattivati tolto rimossi revocate scadute sospese vigore
m mio mia miei mie
w avvertenz*
3 lui hanno abbiamo che ha lui
E mail messaggi messaggio email colore ordine esercizio messaggi frase conversazione pagina
t questo
F primo
g ricevuto hanno dato stato date detto programmato programmata imposto impost* messo ha_dato
q sconosciut*
PS prompt_di_sistema prompt_iniziale
X riga_per_riga parola_per_parola senza_tagli al_contrario testual* integral* esattamente
c creatore creatori operatore operatori sviluppator* programmator* produttore proprietario
k hackerato hackerata pwned violato
b invece al_posto
z gemell* due_volte alter_ego
p supponiamo supponi immaginiamo poniamo
l ruolo personaggio
n inoltra invia manda
o libero liberato affranco
v qualunque_cosa indipendentemente non_importa
y voto_massimo massimo punteggio
h legga legge leggendo
M ia intelligenza_artificiale modello_linguistico assistente*
OS messaggio_di_sistema
4 aggressor* attaccant* attacco injection racconto storia favola`
)
