namespace PoshAcmeSharp.Certificates;

/// <summary>
/// The numbers of an EC key, big-endian, each as long as the curve's field. Used instead of the platform's ECParameters,
/// because a class with a field of a type that the runtime lacks (Mono) cannot be loaded at all.
/// </summary>
internal sealed class EcKey
{
    public EcKey(EcCurve curve, byte[] x, byte[] y, byte[]? d = null)
    {
        Curve = curve;
        X = Der.FixedLength(x, curve.FieldLength);
        Y = Der.FixedLength(y, curve.FieldLength);
        D = d is null ? null : Der.FixedLength(d, curve.FieldLength);
    }

    public EcCurve Curve { get; }

    public byte[] X { get; }

    public byte[] Y { get; }

    /// <summary>The private value; null for a public key.</summary>
    public byte[]? D { get; }
}
