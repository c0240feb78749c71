package prompt

// tongues are what sentences in other languages are read by: for each language lines of a letter, which names a class, and
// words without diacritics, in lower case. A * stands for any ending, which inflected languages have many of. Letters are in
// letterClass;  stands between words. Arabic and Devanagari are written as normalise leaves them.
var tongues = [...]string{
	// German
	`i ignoriere ignorier missachte vergiss
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
q unbekannt*`,
	// French
	`i ignore ignorez oublie oubliez ignoreras oublieras desobeis desobeissez
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
q inconnu*`,
	// Spanish
	`i ignora ignore ignorad olvida olvide olvidate olvidad desobedece desobedezca desatiende ignoren olviden
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
q desconocid*`,
	// Portuguese
	`i ignore ignora ignorem esqueca esquece esquecam desconsidere desconsidera desobedeca desobedece
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
q desconhecid*`,
	// Italian
	`i ignora ignori ignorate dimentica dimentichi dimenticate scorda scordati trascura trascuri disobbedisci
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
q sconosciut*`,
	// Dutch
	`i negeer vergeet
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
q onbekend*`,
	// Polish
	`i zignoruj ignoruj zapomnij zignorujcie ignorujcie zapomnijcie
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
q nieznan*`,
	// Turkish
	`i yoksay unut unutun yoksayin
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
q bilinmeyen`,
	// Russian
	`i игнорируй игнорируйте проигнорируй проигнорируйте забудь забудьте
j игнорировать забыть
e пожалуйста
d обойди отбрось отложи отмени сотри переопредели нарушь нарушает нарушай обойдите отбросьте
f следовать следуй слушайся обращай выполняй соблюдать подчиняйся
s перестань прекрати
x покажи повтори раскрой выведи назови дай напиши перечисли переведи скопируй изложи выдай расскажи скажи ответь покажите
W как* что какой какие
r отказыва* отклоня* нет
a притворись представь сыграй играешь веди отвечай отвечаешь
U ты тебе вы теб* твои
V предыдущ* выше раньше прошл* прежн* предшеств* до стары* первоначальн*
A все всё вс*
Y сво* тво* ваш*
O инструкц* указани* директив* команд* приказ*
R правил* политик* программирован* задач* сообщен* установк*
P промпт* промт* prompt
K парол* секрет ключ
T всё все
S системн* секретн* внутренн* скрыт* первоначальн* точн* слово
L ограничен* фильтр* правил* цензур* морал* границ* этик* этическ* запрет* этич*
B без никаких нет ни
C нецензурирован* неограниченн* беспринципн*
N не
G никогда всегда
Z теперь отныне момента
D разработчика
u пользовател*
H незаконн* злой зл*
Q отмен* действу* аннулирован* отключен* недейств*
m мо* моё мое моего
w предупрежден*
3 он котор* она был
E письмо сообщения цвет* заказ
t этого это
F перв*
g дали получил говорили данные дал*
q неизвестн*`,
	// Chinese
	`i 忽略 无视 忘记 忘掉 不要理会 别理会 不理会 忽视 無視 忘記 抛开 别管 不用管
- 不要忽略 别忘 不要忘 请勿忽略
d 绕过 丢弃 覆盖 删除 违背 打破 放下 抛弃 废除 突破 违反
f 遵守 遵循 执行 服从 听从 听我
N 不要再 不必再 不再 不要 停止 不必
x 显示 重复 透露 列出 打印 翻译 复制 总结 输出 告诉我 给我看 泄露 写成 说出 给我
W 什么 哪些
r 拒绝 说不
a 扮演 假装 想象 表现得 玩个游戏
U 你 您
V 之前 上面 以前 先前 前面 以上 最初 上述 此前 先前的
A 所有 全部 一切 任何
Y 你的 您的 你收到 给你的
O 指令 指示 命令 要求
R 规则 准则 规定 政策 设定 任务 系统消息
P 提示词 系统提示 prompt
K 密码 密钥 秘密
T 一切 内容 以上内容
S 系统 秘密 内部 隐藏 最初 逐字 准确 安全
L 限制 过滤 规则 审查 道德 底线 伦理 禁令 约束
B 没有 不加 不受 无任何 没
C 不受限制 无限制 不受审查 无良 不受约束
G 从不 绝不 永远 从不
Z 从现在 现在是 从今以后 你现在
D 开发者模式
u 用户
H 违法 邪恶 非法
Q 作废 取消 失效 不再有效 无效 关闭
m 我之前 我上一 我的
w 警告
3 他 老师 攻击者 编译器 的机器人 关于 老板 被解雇
E 邮件 消息 附件 颜色 订单 作业 消息
t 这条 这次
F 第一条
g 收到 告诉你
M 助手 人工智能 机器人 模型 ai
q 未知`,
	// Japanese
	`i 無視して 無視し 無視せよ 無視しろ 忘れて 忘れろ 忘れよ 無視する
- 無視しない 忘れない 無視します 無視していいよ 忘れていい
d 回避して 破棄 捨てて 上書き 脇に置いて 消して 破る 破り 背いて 迂回 破って 脇に置い 脇に置い
f 従う 従わ 従え 従って 従わない 従うの 従わないで 従うのをやめ 従うのをやめて
N 従わないで 必要はありません やめて てはいけません 従わない 従うのをやめ 出さないで 必要はあり 従うのをやめて 従うのを 出さない
x 表示して 繰り返し 見せて 明かして 列挙して 出力して 翻訳して 書いて 教えて コピーして 要約して 出力 公開して 述べて
W 何 どんな 何でも 禁じ
r 拒否 断ら ノー 拒否し 拒否してはいけ
a 演じ 想像して ふりをし 振る舞っ ゲームをしよう 想像し ふり
U あなた 君 お前
V これまで 上記 以前 前の 先の より前 最初 上で
A すべて 全部 全て あらゆる どんな
Y あなたの 受け取った あなたに 君の 運営者の
O 指示 命令 指令 指示だけ
R ルール 規則 ガイドライン タスク プログラム ポリシー システムメッセージ
P プロンプト prompt
K パスワード 秘密 秘密鍵
T 全部 もの テキスト 何でも
S システム 秘密 内部 隠された 一字一句 正確な 安全
L 制限 フィルター ルール 検閲 道徳 限界 倫理 良心 禁止 規制 禁止事項 検閲
B ない なし ありません もない はない されていない なく ありません されていない
C 無制限
G 決して 一切 決して 決して
Z 今から これから 今後 もう
D 開発者モード
u ユーザー
H 違法 邪悪
Q 無効 適用されません 取り消 オフ
m 私の
w 警告 警告
3 彼 先生 攻撃者 コンパイラ ロボットの物語 上司の 部下 彼は 彼女は
E メール 添付 色 注文 宿題 メッセージ メール
t この この
F 最初の 最初
g 受け取った 与えられた 言われた
M アシスタント 人工知能 ロボット モデル ai
q 未知 された 解雇 解雇された`,
	// Korean
	`i 무시하고 무시해 무시하라 무시하세요 무시하십시오 무시 잊고 잊어 잊으세요 잊어버려 잊어라 무시하* 무시해* 잊*
- 무시하지 잊지 무시해도 무시해서 무시한다 무시하지* 잊지* 무시해도* 무시해서* 무시한다* 잊으라고 잊었* 잊어버린
d 우회 버려 버리고 폐기 덮어 지우 제쳐 어기 폐기* 우회* 덮어* 지우* 제쳐* 어기* 버려* 버리*
f 따르 따라 따를 들어 따르* 따라* 따를* 따르지_마*
N 따르지 멈추고 필요 말고 그만 따르지_마 멈추 따르지_마* 멈추* 말하지 하지_마 표시하지_마
x 보여 반복 공개 나열 출력 번역 알려 써 복사 요약 말해 답해 대답 반복해* 보여_* 공개* 출력* 말해* 복사* 알려* 나열* 요약* 번역* 말하지
W 뭐 뭐야 무엇 어떤 뭔
r 거절 거부 안 거절* 거부* 거절하거나
a 척해 연기 상상 행동 역할 행동* 연기* 상상* 척*
U 너 네가 당신 넌 너에게 너는 넌 당신은
V 이전 위 위의 앞서 앞 앞의 전에 초기 이전* 앞서* 앞에* 위에*
A 모든 모두 전부 어떤 아무런 모든 모두
Y 너의 네 당신의 받은 너에게 네가 너에게
O 지시* 지침* 명령* 지시사항* 지시*
R 규칙* 가이드라인* 정책* 프로그래밍* 작업* 시스템_메시지
P 프롬프트* prompt 프롬프트*
K 비밀번호* 비밀 키를 비밀번호* 비밀을
T 것을 내용* 모두 텍스트* 텍스트* 내용*
S 시스템 비밀 내부 숨겨진 초기 글자 정확한 시스템* 비밀 내부* 숨겨진* 초기* 안전*
L 제한* 필터* 규칙* 검열* 도덕* 한계* 윤리* 양심* 금지* 금지* 제한* 검열* 필터*
B 없 없이 없는 없고 없어 않은 아무런 꺼졌어 없다 없어* 없는* 없고* 않은*
C 무제한 검열되지
G 절대
Z 이제 지금부터 앞으로 더 이제* 지금부터*
D 개발자 개발자*
u 사용자* 사용자*
H 불법* 사악한
Q 무효* 취소* 적용되지
m 내 제
w 경고*
3 그는 선생님이 공격자* 로봇 할머니가 운영자는 상사의 그는 그녀는
E 메일* 색깔* 주문* 숙제*  메시지*
t 이
F 첫
g 받은 받았 준 주어진 들은 시키는
M 어시스턴트* 인공지능* 비서* 모델* 로봇* ai ai라면 ai라고 ai처럼 ai야 ai로 ai를
q 알 해고*
OS `,
	// Hindi
	`i अनदेखा नजरअंदाज भूल
d हटा छोड छोडकर मिटा तोड* ओवरराइड बायपास उल्लंघन
f पालन ध्यान मानो माने
N मत बंद न नही
x दिखाओ बताओ दोहराओ लिखो प्रिंट सूची अनुवाद कॉपी सारांश दो दिखाए बताए
W क्या
r मना
a नाटक कल्पना बनो व्यवहार खेले भूमिका
U तुम तुम्हे आप तुम्हारे
V पिछल* ऊपर पहले पुरान* पूर्व शुरुआती
A सभी सारे सब सारी
Y अपने अपना अपनी तुम्हार* आपके
O निर्देश* आदेश*
R नियम* दिशानिर्देश* नीति प्रोग्रामिंग काम संदेश
P प्रॉम्प्ट* prompt
K पासवर्ड राज कुंजी
T सब कुछ टेक्स्ट
S सिस्टम गुप्त आंतरिक छिपे शुरुआती शब्दश* सटीक
L प्रतिबंध* फिल्टर* सीमा* नियम* सेंसर* नैतिक* रोक
B बिना कोई नही
C बेईमान
G कभी
Z अब
D डेवलपर
u उपयोगकर्ता
H अवैध दुष्ट
Q रद्द लागू
m मेरा मेरे मेरी
w चेतावनी
3 उसने हमने शिक्षक हम हमलावर करता किए भूलने वाले_रोबोट बॉस
E ईमेल अटैचमेंट रंग ऑर्डर गृहकार्य संदेश
t इस यह
F पहले
g मिले दिए बताया कहा
M एआई सहायक रोबोट मॉडल ai
q अज्ञात किए करता गया`,
	// Arabic
	`i تجاهل تجاهلوا انس انسي انسوا اهمل تناس
- تنس تتجاهل ننس ينس* يتجاهل
d تجاوز تحايل احذف تخل ضع اعص يكسر اكسر الغ
f اتباع اتبع اطعني التفت تلتفت
N لا لم توقف دون
x اعرض كرر اكشف اذكر اطبع ترجم انسخ لخص اعطني ارني اكتب اخبرني قل اعطني اجب احك
W ما ماذا
r ترفض يرفض رفض
a تظاهر تخيل مثل تلعب تصرف لنلعب دور اجب
U انت لك
V سابق* اعلاه قبل يسبق قديم* سبق اولي*
A كل جميع اي
Y خاص
O تعليمات* توجيه* ارشاد* اوامر* امر*
R قواعد* قاعد* سياس* برمج* مهم* رساله_النظام
P موجه* برومبت prompt
K كلمه سر مفتاح سري* مرور
T كل نص
S نظام سري* داخلي* مخفي* اولي* دقيق كلمه
L قيود* قيد* فلاتر فلتر* حدود* رقاب* اخلاق* محظور* ضمير قواعد*
B بلا بدون ليس لا دون غير
C طليق
G ابدا يجب لن
Z الان
D مطور
u مستخدم*
H قانوني شرير
Q ملغ* لاغي* ساري* معطل*
m 
w تحذير*
3 معلم رئيس* مهاجم*  يطلب رئيسه
E رسالت* بريد لون طلب واجب رسائل رساله رسال*
t هذه هذا
F اولى
g اعطيت اعطاك قيل تلقيت مذكور* تلقيت*
M ذكاء مساعد* روبوت نموذج* ai
q معروف* رئيسه ففصل`,
}

// english are words by which an English sentence is told from one in a language that borrows from it.
const english = `= the a an of and to is are was were be been that this these it in on for with not you your my me all any will must should
= can what which how from have has do does i he she they we as at by or if when
~ ignore instruction* text message* filter* system* prompt prompts secret* email mail e-mail initial* exact* limit* restriction* model robot
~ directive* no non base64 bot assistant* illegal moral programming norm* action* order* never page* code* general*`

// everywhere are words that all languages borrow.
const everywhere = `M ki ai ia  chatbot assistent* assistant* asistan* asistente* assistente* chatgpt gpt llm robot roboter modelo model modell modele modello modelle zeka zekay* ии ассистент* robot* asystent* bot inteligencj* yapay робот* модел*
P systemprompt
D entwicklermodus
J dan
L filter
X base64`
