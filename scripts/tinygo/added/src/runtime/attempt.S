// A Go panic as a WebAssembly exception: what runtime.attempt (attempt.go) and runtime.throw stand on.
// TinyGo has no recover on WebAssembly.

.globaltype __stack_pointer, i32
.functype meshwarden_attempted () -> ()

.section .tag.meshwarden_panic,"",@
.tagtype meshwarden_panic
.hidden  meshwarden_panic
.global  meshwarden_panic
meshwarden_panic:

.section .text.meshwarden_throw,"",@
.hidden  meshwarden_throw
.global  meshwarden_throw
.type    meshwarden_throw,@function
meshwarden_throw: // func throw()
    .functype meshwarden_throw () -> ()
    throw meshwarden_panic
    end_function

.section .text.meshwarden_attempt,"",@
.hidden  meshwarden_attempt
.global  meshwarden_attempt
.type    meshwarden_attempt,@function
meshwarden_attempt: // func catch() (caught bool)
    .functype meshwarden_attempt () -> (i32)
    .local i32
    global.get __stack_pointer
    local.set 0
    try
    call meshwarden_attempted
    i32.const 0
    return
    catch_all
    local.get 0
    global.set __stack_pointer
    i32.const 1
    return
    end_try
    unreachable
    end_function
