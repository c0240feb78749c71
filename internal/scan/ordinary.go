package scan

// ordinaryFours are the commonest runs of four bytes of English, JSON and addresses of the web, one after the other. A literal that
// were found by one of them, or by one that the tables take for one of them, would be looked for again and again.
const ordinaryFours = " thethe codeoder of octoand /octgithithuthub and.github.httpdersttpstps:ps:/s://ctoctocoocoders. in ocat/apirs.gs.gitoca" +
	"ub.ib.io://o//oc.io/tionuserertodertrtoc to /codio/acat/hat api/pi/vi/v3/v3/o/aps/coare  arerepoe thn thworlorlde a /rep" +
	"hellyou  forellos thepos is -worllo-lo-wo-wo/helfor  youion  thapos/f that/ht/heers/atioof trld/ent whatin twith wit3/re" +
	"v3/ros/c    /usesers proith thatre anamembermententshe sv3/u3/usstand th conrs/cou au ars ofassi nam asssistthert th a h" +
	"numbnd t helenceumbegivetanthe fhow ystesyststems inistare the nl asful e anhelphe ca hessisate gpt-pt-4ul aant.t-4oelpf" +
	"lpfupfule foe ofr th on s an comis tour e inions, anng tt ise cohe pted at aest ive  or any  num a s havhis at intenber " +
	"llowven  thi inthe ters all ollowritting canivenhavefollnce r of stasingeachte a expsentave enteountcontcommt arning sen" +
	"wingyoure torites a  alle natencn a ng a an  manowinite  froon t.come reere thiser olowi givscriin aeven per as comphe m" +
	"er t coucound ins tolistcom/herefromor tes oicaldentub.cb.cocan dingter  by  whiventrom ies s/octiveg th spet ofach mes " +
	"nd a if to ted tame  whaain he a eacs arhe d://aof aighthe les aher api. notore ring outatese proulduld  whoout //appi.g" +
	"i.gits{/rateexplinte a cone ind amescal  be ow mfindich ost many shoh thes the rwhichich mornts o th folcto- prexplae se" +
	"ist  cha hasctioothethan carhas e mo plased ome  firformsionestion o at s fohe eed breatage he gcripript whehan ons more" +
	" rea. thy thill he bor aion.mpleentid tonatistore cath te striesancestare fi dis parw ma me n inake wordrent strptioer a" +
	"n yoplailainn ofte tstatt innter liswho to anot e be trad an res one, thuntrity st ts wi howportnd iillieen ed isterques" +
	" useon, yearmake leaess ed alineomme two stu yeaecti a pl th fine isuse , wh abohe wng slly somemostlate wilusine degest" +
	"two e giionafirsirstiptites e nuuestan all twillen t mosonalace ast as aissuleasder time it nt tis aoutp somif td byput " +
	" deslion do persous n ans wht anon aally recssue histureoverndinturne pautpu we llioes ianswnsweswerpararst stio/gits{/n" +
	"re iablet haral me ahe iabouboutdateght  houday stud polng pal aes, er, st ntputect th atateng os haeasetypenal he orevi" +
	" quedescnderm/resha}os/oinesst oom/rr a thinidene megist repkingeveremenase o/coworkormaber}chant a t/reveraurn ine peop" +
	"eoplopley iny co makst ato-oo-or-org wasa cospen evesubs a dntinve a wrible tal escr airell en atudets aersorsonlang peo" +
	"high a rretuetureratred versd a ial pres stoto c incstrace ints{vingange newng i pos doc/folio/c/gisudenrs ang wfferwer " +
	"intotheicati{/nu/numple s reits  monumen rev/comwas ts the h lanntri priorg/ary  teltell higlatiembeat tnt ies{/s{/s{/sh" +
	"/shalikeve m dayces atede soompae yooughce, ed o2019y toreceatinconstainhen provt wiheireir creasideemaie ortry e, a cod" +
	"ype show citrodurdert toled placerena relectdocuocumcumeat hson oducorde-05- milnd o a l threate019-19-0ion, ans anyempl" +
	"an elace lik9-05raphtakeatarress chireadnd ctterng farticiale ha a mnd evisi natry ts prr anferee di butangund pld/cat/s" +
	"at/r grois sn cove tat/ft/fot nabers itsd on gre he or enguaguaguagediff/everactmmen inf05-1 invd/co a b takg tout tn 20" +
	"er iviewistshe ugrap a tpolilong difvery/stae mashouhoull annesse enery ing gree wor"

// isOrdinary has a bit for each of ordinaryFours, by its place in the prefilter's table.
var isOrdinary = func() (bits [1 << 16 / 64]uint64) {
	for i := 0; i < len(ordinaryFours); i += 4 {
		s := ordinaryFours[i : i+4]
		h := foldedFour(s[0], s[1], s[2], s[3])
		bits[h/64] |= 1 << (h % 64)
	}
	return bits
}()

// ordinaryFour reports whether the prefilter would find four ordinary bytes where it looks for s.
func ordinaryFour(s string) bool {
	h := foldedFour(s[0], s[1], s[2], s[3])
	return isOrdinary[h/64]>>(h%64)&1 != 0
}
