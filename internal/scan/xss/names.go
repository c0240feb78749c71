package xss

import "github.com/meshwarden/meshwarden/internal/scan/lexicon"

// Classes of element, attribute and scheme names.
const (
	eScript  lexicon.Class = 1 << iota // runs its content or what it points to
	eFrame                             // shows another document
	eStyle                             // style sheets
	eBase                              // changes what links mean
	eMeta                              // may redirect
	eAnimate                           // changes attributes of others
	aEvent                             // event handler attribute
	aURL                               // attribute whose value is followed as a link
	aStyle
	aDocument // srcdoc
	aBinding  // loads markup from elsewhere into the element
	aAnimated // attributeName and the values an animation sets
	uScript   // scheme that runs code
	uData     // scheme that carries a document
	jSink     // function that shows or runs something
	jShow     // functions that probes call to show that a script ran
	jEval     // functions that run a string
	jApply    // methods that call the function they belong to
	jEach     // methods of arrays that call the function they are given
	jGlobal   // names of the global object and what hangs on it
	eSheet    // link
	eIsland   // data islands, behaviours and listeners of old browsers
	aEvented  // attributes that bind a handler by reference
	aCharset
	aRel
)

// events are the event handler attributes of HTML, SVG and the browsers' own, without "on".
const events = "abort activate afterprint afterscriptexecute afterupdate animationcancel animationend animationiteration " +
	"animationstart auxclick beforeactivate beforecopy beforecut beforedeactivate beforeeditfocus beforeinput " +
	"beforematch beforepaste beforeprint beforescriptexecute beforetoggle beforeunload beforeupdate begin blur " +
	"bounce broadcast cancel canplay canplaythrough cellchange change click close command contextmenu " +
	"contentvisibilityautostatechange controlselect copy cuechange cut dataavailable datasetchanged " +
	"datasetcomplete dblclick deactivate devicemotion deviceorientation drag dragdrop dragend dragenter dragexit " +
	"dragleave dragover dragstart drop durationchange emptied end ended error errorupdate fastseekfilterchange " +
	"filterchange finish focus focusin focusout formchange formdata forminput fullscreenchange fullscreenerror " +
	"gotpointercapture hashchange help input invalid keydown keypress keyup languagechange layoutcomplete load " +
	"loadeddata loadedmetadata loadend loadstart location losecapture lostpointercapture mediacomplete mediaerror " +
	"message messageerror mousedown mouseenter mouseleave mousemove mouseout mouseover mouseup mousewheel move " +
	"moveend movestart mozfullscreenchange offline online orientationchange outofsync overscroll pagehide " +
	"pagereveal pageshow pageswap paste pause play playing pointercancel pointerdown pointerenter pointerleave " +
	"pointermove pointerout pointerover pointerrawupdate pointerup popstate progress propertychange ratechange " +
	"readystatechange rejectionhandled repeat reset resize resizeend resizestart resume reverse rowdelete " +
	"rowenter rowexit rowinserted rowsdelete rowsinserted scroll scrollend scrollsnapchange scrollsnapchanging " +
	"search securitypolicyviolation seek seeked seeking select selectionchange selectstart show slotchange " +
	"stalled start stop storage submit suspend syncrestored timeerror timeupdate toggle touchcancel touchend " +
	"touchmove touchstart trackchange transitioncancel transitionend transitionrun transitionstart undo " +
	"unhandledrejection unload urlflip userproximity volumechange waiting webkitanimationend " +
	"webkitanimationiteration webkitanimationstart webkitmouseforcechanged webkitmouseforcedown " +
	"webkitmouseforceup webkitmouseforcewillbegin webkitplaybacktargetavailabilitychanged webkittransitionend " +
	"webkitwillrevealbottom wheel zoom"

var names = lexicon.New(
	lexicon.Group{Class: eScript, Words: "script applet"},
	lexicon.Group{Class: eFrame, Words: "iframe frame frameset object embed portal fencedframe layer ilayer bgsound xi:include"},
	lexicon.Group{Class: eStyle, Words: "style link"},
	lexicon.Group{Class: eBase, Words: "base"},
	lexicon.Group{Class: eMeta, Words: "meta"},
	lexicon.Group{Class: eAnimate, Words: "animate set animatetransform animatemotion animatecolor handler"},
	lexicon.Group{Class: aURL, Words: "href src action formaction data xlink:href background dynsrc lowsrc poster to values from by code codebase " +
		"classid cite content longdesc manifest profile usemap srcset ping archive folder xmlns url value location " +
		"xml:base movie"},
	lexicon.Group{Class: aStyle, Words: "style"},
	lexicon.Group{Class: aBinding, Words: "datasrc dataformatas allowscriptaccess"},
	lexicon.Group{Class: aDocument, Words: "srcdoc"},
	lexicon.Group{Class: aAnimated, Words: "attributename"},
	lexicon.Group{Class: uScript, Words: "javascript vbscript livescript mocha jscript vbs"},
	lexicon.Group{Class: uData, Words: "data"},
	lexicon.Group{Class: eSheet, Words: "link"},
	lexicon.Group{Class: eIsland, Words: "xml import handler listener"},
	lexicon.Group{Class: aEvented, Words: "ev:event ev:handler handler implementation"},
	lexicon.Group{Class: aCharset, Words: "charset"},
	lexicon.Group{Class: aRel, Words: "rel"},
	lexicon.Group{Class: jShow, Words: "alert confirm prompt"},
	lexicon.Group{Class: jEval, Words: "eval execscript"},
	lexicon.Group{Class: jApply, Words: "call apply bind"},
	lexicon.Group{Class: jEach, Words: "find findindex map some filter every foreach sort flatmap reduce from"},
	lexicon.Group{Class: jGlobal, Words: "top self window parent frames globalthis this document content"},
	lexicon.Group{Class: jSink, Words: "alert prompt confirm eval settimeout setinterval fetch import atob execscript print onerror throw document " +
		"window self top parent location fromcharcode constructor function xmlhttprequest console navigator " +
		"globalthis frames reflect"},
)

var handlers = lexicon.New(lexicon.Group{Class: aEvent, Words: events})

// event reports whether name is an event handler attribute, and whether a browser knows it.
func event(name []byte) (is, known bool) {
	if len(name) < 5 || name[0]|0x20 != 'o' || name[1]|0x20 != 'n' || len(name) > 48 {
		return false, false
	}
	for _, c := range name[2:] {
		if c|0x20-'a' >= 26 {
			return false, false
		}
	}
	return true, handlers.Class(name[2:]) != 0
}
