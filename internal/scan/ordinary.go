package scan

import (
	"math"
	"strings"
)

// What follows says which bytes of a literal the prefilter looks for: those that are rarest in benign bodies.

// common are the bytes that pairFrequency knows, letters in lower case; all others are one.
const common = "abcdefghijklmnopqrstuvwxyz 0\n\"',.:/-_()=<>"

// pairFrequency has a row for each byte of common and one for all others, with a column for each byte that may follow: twice the
// logarithm to base 2 of how often that is in a million bytes of English, JSON, HTML and Go, from '0' on.
const pairFrequency = "3@BB:<A7A5?DCF7B6EDF>@;;?:D:963;;25393723=;?783B340?90@53@00==5?020?0982706A2721070005C8=8C14C@7>A:7F23@:C?621<0>9:207" +
	"<5758980005@57<F6::B62;89@77<?7>;60;0F9:>5;=8>9<78=14<D<BDA@>;>29DCF=A=GFB;@>A>3I9=B8@@=9<=;;5=;??343?=03A00=52C30@9=@" +
	"000;0D876069004093=005>085C7;@C00;8<>>0@>9=32071C6977:<3:3776508:D738G600C00879C53?:CA000:0C?972::313:451009@>CBAA@184" +
	"<B@GD?7@EE9B090=>55446<0@800500A8;000;000500400<06080:0002040000020020000005:301@654>0583;8505=6600462?355087066864008" +
	"9C4:AE:92E49D96C>04@=?;40@0C19B5=<74;;8801?7C?4:D413A00;?:BB03=7=004;1@57>08;8<773200@8B8BEC=E6A9<<8>C848BF@<27?2F>;<;" +
	">?:4:9::350=;=DD;D>:<8>CCF?A1FBCD?B6;6C39>5::7@?162012;A048C>5>A00B70C=0BA@?010=0@=5307;85724502>>70000000000303000101" +
	"?0000077050572000047003D:>?G;?5D0>B??D<2ADC>=:0@1E5;?8=>977<:;042=A5@7E84AC0=;;8A@57CFA6<0?3G5<@5?CAB6@8:=40@C7=8G86HE" +
	"08>=7EB0BBBA;>4@2F;;A9=A<@>;;:3>4<?B?>A8=2=02CAB9>0DCB032663A8204490800000037?240D020@00035=30041000723;@1603703010220" +
	"05@160A21BB0083=A00?;6207030@7312994204530205:1:19202:000571>051?400650<82403900304500059286>151900::8A=0;?;205005D498" +
	"8<=708646115;;002<00390041070000110012443090210000000002GDECCDBDF>=CDCED=CEHA?E:A9FD:E:2;<<;8?0==6D99;99:12200466>4438" +
	":572:5:BG;@3@@<@>96<4?=@<:=;9><<<66<:78:7;==75@070D9D40030<;0720A0?<9A;;;?A<14:@@:;0A???4<0>0<:9:0D8E>000:03AA53300002" +
	"0013400003=:1030008040756000000000640000000000000040000000000F<=C000000000020478>9:9A:@42689::09<:868000B?C?4490000420" +
	";0:00400:00000009000009000000E><B0005A0000<20;A9A8>:<@:06@8>A>0?=9@@6100>>760000B00100009:9866603500877:70::972?140=@2" +
	"000000;0000031;7<8;754<323561809;:A0:0006920050000800000097:9784782046958089;3575000:2;00000200<0007000000000000000000" +
	"00000000@0?00::900009030800000000000000000000000000?70A000000000:003>686=11>555?810>0445=0000060000000C400033035165458" +
	"370005?040666208030>=A00650000003C03>889477:96177=687:<:984430A=CC0A84>0048:80A"

// rarity knows how often runs of bytes are in benign bodies.
type rarity struct {
	column [256]uint8
	pairs  [len(common) + 1][len(common) + 1]float32 // of all pairs
	bytes  [len(common) + 1]float32                  // of all bytes
}

func newRarity() *rarity {
	r := new(rarity)
	for c := range 256 {
		r.column[c] = column(byte(c))
	}
	for a := range r.pairs {
		for b := range r.pairs[a] {
			level := pairFrequency[a*len(r.pairs)+b] - '0'
			f := float32(uint(1)<<(level/2)) / 1e6
			if level%2 != 0 {
				f *= math.Sqrt2
			}
			r.pairs[a][b] = 4 * f
			r.bytes[a] += 4 * f
		}
	}
	return r
}

func column(c byte) uint8 {
	switch {
	case digit(c):
		c = '0'
	case isLetter(c):
		c |= fold
	case c == '\t':
		c = ' '
	case c == '\r':
		c = '\n'
	}
	if i := strings.IndexByte(common, c); i >= 0 {
		return uint8(i)
	}
	return uint8(len(common))
}

// pair is the share of two bytes among all pairs; four, of a run of four bytes if each depended on the one before it only.
func (r *rarity) pair(a, b byte) float32 { return r.pairs[r.column[a]][r.column[b]] }

func (r *rarity) four(run [4]byte) float32 {
	if ordinaryFour(string(run[:])) {
		return ordinaryShare
	}
	return r.pair(run[0], run[1]) * r.pair(run[1], run[2]) / r.bytes[r.column[run[1]]] * r.pair(run[2], run[3]) / r.bytes[r.column[run[2]]]
}

// Shares of runs that are among the commonest, and, so that they are taken where nothing else is as rare only, of those that reach
// beyond the literal and take a hundred places of the table.
const (
	ordinaryShare = 1e-3
	besideShare   = 5e-4
)

// pair returns where the rarest two bytes of a literal begin, and their share.
func (p *prefilter) rarestPair(s string) (at int, share float32) {
	share = 1
	for i := range len(s) - 1 {
		f := p.rarity.pair(s[i], s[i+1])
		if p.pairs[int(s[i])|int(s[i+1])<<8]&pairMark != 0 {
			f *= sharedCost
		}
		if f < share {
			at, share = i, f
		}
	}
	return at, share
}

// sharedCost is what looking closer at a place costs that is looked at anyhow.
const sharedCost = 0.3

// rarestFours returns where the rarest runs of four bytes at even and at odd offsets of the literal begin, and the share of places
// that they mark; 1 where there are none.
func (p *prefilter) rarestFours(l *literal) (offsets [2]int, share float32) {
	first, last := 0, len(l.text)-4
	if l.word {
		first, last = -1, last+1 // with what stands beside it
	}
	best := [2]float32{1, 1}
	for i := first; i <= last; i++ {
		run := [4]byte{l.at(i), l.at(i + 1), l.at(i + 2), l.at(i + 3)}
		f := p.rarity.four(run)
		if h := foldedFour(run[0], run[1], run[2], run[3]); p.fours[h>>5]>>(h&31)&1 != 0 {
			f *= sharedCost
		}
		if i < 0 || i+4 > len(l.text) {
			f += besideShare
		}
		if f < best[i&1] {
			offsets[i&1], best[i&1] = i, f
		}
	}
	return offsets, (best[0] + best[1]) / 2
}

// at is the byte at an offset of the literal, a space beside it.
func (l *literal) at(i int) byte {
	if i < 0 || i >= len(l.text) {
		return ' '
	}
	return l.text[i]
}

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
var isOrdinary = func() (bits [1 << fourBits / 64]uint64) {
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
