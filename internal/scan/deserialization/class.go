package deserialization

import (
	"strings"

	"github.com/meshwarden/meshwarden/internal/scan/fold"
)

// gadgets are the beginnings of names of classes, lower case, that gadget chains are made of and that no caller of an
// API names. Source: the chains of ysoserial, ysoserial.net, marshalsec and the deny lists of Jackson and fastjson.
var gadgets = strings.Fields(`
com.sun.rowset.jdbcrowsetimpl com.sun.org.apache.xalan. com.sun.org.apache.bcel. com.sun.jndi. com.sun.syndication. com.sun.corba.se.
org.apache.commons.collections.functors. org.apache.commons.collections4.functors. org.apache.commons.collections.keyvalue. org.apache.commons.collections.map.lazymap
org.apache.commons.beanutils.beancomparator org.apache.commons.dbcp. org.apache.tomcat.dbcp. org.apache.xalan. org.apache.xbean.naming. org.apache.ibatis.datasource.
org.apache.shiro.jndi. org.apache.shiro.realm.jndi. org.apache.hadoop.shaded.com.zaxxer. org.apache.log4j.receivers. org.apache.openjpa.ee. org.apache.axis2. org.apache.activemq.
org.apache.cocoon.components.slide. org.apache.commons.configuration.jndi org.apache.catalina.users. org.apache.aries.transaction.jms. org.apache.batik.
org.springframework.beans.factory.config.propertypathfactorybean org.springframework.beans.factory.objectfactory org.springframework.aop.support. org.springframework.context.support.classpathxml
org.springframework.context.support.filesystemxml org.springframework.jndi. org.springframework.transaction.jta. org.springframework.core.serializabletypewrapper
org.codehaus.groovy.runtime. org.hibernate.jmx. org.hibernate.engine.spi.typedvalue org.hibernate.tuple. org.jboss.interceptor. org.jboss.util.propertyeditor. com.mchange.v2. com.mchange.v1.
com.caucho.config. com.caucho.naming. com.zaxxer.hikari.hikari com.alibaba.fastjson.json com.alibaba.citrus. com.ibatis.sqlmap. com.nqadmin.rowset. com.newrelic.agent.deps. com.p6spy.engine.
ch.qos.logback.core.db. ch.qos.logback.classic.db. br.com.anteros. oracle.jdbc.connector. oracle.jdbc.rowset. oracle.jms. oadd.org.apache. net.sf.ehcache.transaction.
sun.reflect.annotation. sun.rmi.server. bsh.interpreter bsh.xthis java.lang.processbuilder java.lang.runtime java.lang.processimpl java.beans.eventhandler java.beans.xmlencoder
javax.script.scriptenginemanager javax.script.simple javax.management.badattribute javax.swing.jeditorpane javax.imageio.imageio$ javax.naming.initialcontext javax.naming.ldap.rdn
java.net.inet4address java.net.inet6address java.net.inetsocketaddress java.rmi.server. java.util.serviceloader$ jdk.nashorn. ysoserial.
system.windows.data.objectdataprovider system.diagnostics.process system.configuration.install.assemblyinstaller system.management.automation.psobject system.windows.resourcedictionary
system.windows.forms.axhost system.security.principal.windowsidentity system.security.principal.windowsprincipal system.security.claims.claims system.data.dataviewmanager system.windows.forms.bindingsource
system.collections.generic.comparisoncomparer microsoft.visualstudio.text.formatting. system.io.fileinfo system.web.security.rolepri system.activities.presentation.
`)

// maxClass bounds the bytes of a class's name that are compared.
const maxClass = 160

// class judges the dotted name at i and returns its last byte. A gadget's name says what is meant to be made when it
// is all there is, when a type is being named, or when it is an element of XML.
func (f *finder) class(i int) int {
	end, dots := i, 0
	for end < len(f.text) && end < i+maxClass && (wordByte(f.text[end]) || f.text[end] == '.' || f.text[end] == '$') {
		if f.text[end] == '.' {
			dots++
		}
		end++
	}
	last := max(i, end-1)
	if dots < 1 || !gadget(f.text[i:end]) {
		return last
	}
	switch {
	case f.alone(i, end):
		f.add(i, end, 0.88, "gadget_class")
	case f.named(i):
		f.add(i, end, 0.94, "gadget_type")
	case i > 0 && f.text[i-1] == '<' && f.at(end) != 0 && (f.at(end) == '>' || f.at(end) == ' ' || f.at(end) == '_' || f.at(end) == '/' || f.at(end) == '-'):
		f.add(i-1, end, 0.92, "gadget_element")
	}
	return last
}

func gadget(name []byte) bool {
	if name[0] == 'L' { // Lcom.sun...;
		name = name[1:]
	}
	for _, g := range gadgets {
		if fold.HasPrefix(name, g) {
			return true
		}
	}
	return false
}

// alone reports whether the name from i to end is all of the text, but for the assembly that .NET adds.
func (f *finder) alone(i, end int) bool {
	if i > 1 || i == 1 && f.text[0] != 'L' && f.text[0] != '[' {
		return false
	}
	rest := f.text[end:]
	return len(rest) == 0 || string(rest) == ";" || rest[0] == ',' && len(rest) > 3 && len(rest) < 160 && rest[1] == ' ' && rest[2]-'A' < 26
}

// typed are the names of members and attributes that say of what class an object is.
var typed = [...]string{"@type", "$type", "__type", "@class", "class", "val", "javaclass", "classname"}

// named reports whether the name at i is the value of a member or attribute in typed, or the first element of an
// array, as Jackson writes an object with its class.
func (f *finder) named(i int) bool {
	j := i
	for j > 0 && (f.text[j-1] == '\\' || f.text[j-1] == 'L') && j > i-3 {
		j--
	}
	if j == 0 || f.text[j-1] != '"' && f.text[j-1] != '\'' {
		return false
	}
	j--
	for n := 0; j > 0 && n < 8 && (f.text[j-1] <= ' ' || f.text[j-1] == '\\'); n++ {
		j--
	}
	if j == 0 {
		return false
	}
	switch f.text[j-1] {
	case '[':
		return true
	case ':', '=':
		j--
	default:
		return false
	}
	for n := 0; j > 0 && n < 8 && (f.text[j-1] <= ' ' || f.text[j-1] == '\\' || f.text[j-1] == '"' || f.text[j-1] == '\''); n++ {
		j--
	}
	for _, t := range typed {
		if j >= len(t) && fold.Equal(f.text[j-len(t):j], t) {
			return true
		}
	}
	return false
}

// typed judges the quote at i: behind it, in JSON that is a text itself, a member that names a class of .NET's or
// Java's runtime.
func (f *finder) typed(i int) {
	rest := f.text[i+1:]
	if !fold.HasPrefix(rest, "$type") && !fold.HasPrefix(rest, "__type") {
		return
	}
	window := rest[:min(len(rest), 48)]
	if fold.Contains(window, "\"system.") || fold.Contains(window, "\"microsoft.") || fold.Contains(window, ":#system.") {
		f.add(i, i+7, 0.86, "dotnet_type")
	}
}
