namespace Evergraph.Graph;

/// <summary>Which kind of <see cref="Argument"/> a schema's parameter takes, and what its default is as one.</summary>
public static class ArgumentKinds
{
    /// <summary>Whether an argument can be passed for a parameter.</summary>
    public static bool Fits(SchemaArgument parameter, Argument argument)
    {
        if (argument is NoneArgument)
            return parameter.Type.IsOptional;
        bool list = parameter.Type.IsList;
        return parameter.Type.Kind switch
        {
            SchemaKind.Tensor when list => argument is TensorListArgument items && (parameter.Type.IsElementOptional || items.Items.All(item => item.HasValue)),
            SchemaKind.Tensor => argument is TensorArgument,
            SchemaKind.SymInt when list => argument is DimListArgument,
            SchemaKind.SymInt => argument is DimArgument,
            SchemaKind.Int when list => argument is DimListArgument items && items.Items.All(item => item.IsConstant),
            SchemaKind.Int => argument is DimArgument { Dim.IsConstant: true },
            SchemaKind.Float when list => argument is FloatListArgument,
            SchemaKind.Float => argument is FloatArgument,
            SchemaKind.Bool when list => argument is BoolListArgument,
            SchemaKind.Bool => argument is BoolArgument,
            SchemaKind.Scalar => !list && argument is ScalarArgument,
            SchemaKind.ScalarType => !list && argument is DTypeArgument,
            _ => !list && argument is StringArgument,
        };
    }
}
