namespace PoshAcmeSharp.Deployment.Iis;

/// <summary>The names of the steps; they are stable.</summary>
internal static class IisStep
{
    public const string Certificate = "Certificate";
    public const string Install = "Install";
    public const string Read = "Read";
    public const string Share = "Share";
    public const string Bind = "Bind";
    public const string RemoveOld = "RemoveOld";
}
