package shape

import (
	"fmt"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protopath"
	"google.golang.org/protobuf/reflect/protorange"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// Validate applies Envoy's own constraints to a message and to all that are packed inside it: those in an Any
// are invisible to the generated ValidateAll.
func Validate(m proto.Message) error {
	return protorange.Range(m.ProtoReflect(), func(values protopath.Values) error {
		last := values.Index(-1)
		if kind := last.Step.Kind(); kind != protopath.RootStep && kind != protopath.AnyExpandStep {
			return nil
		}
		packed, ok := last.Value.Interface().(protoreflect.Message)
		if !ok {
			return nil
		}
		if v, ok := packed.Interface().(interface{ ValidateAll() error }); ok {
			if err := v.ValidateAll(); err != nil {
				return fmt.Errorf("%s: %w", packed.Descriptor().Name(), err)
			}
		}
		return nil
	})
}
