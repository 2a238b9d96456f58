namespace PoshAcmeSharp.Deployment.Iis;

/// <summary>What became of a certificate at one binding.</summary>
/// <param name="Site">The site.</param>
/// <param name="Binding">The binding, such as <c>*:443:www.example.com</c>.</param>
/// <param name="Status">What became of it as a whole.</param>
/// <param name="Thumbprint">The certificate: its SHA-1 hash in upper-case hex.</param>
/// <param name="OldThumbprint">The certificate that the binding had before; null when it had none, or has this one already.</param>
/// <param name="Steps">The steps in their order.</param>
/// <param name="Error">What failed first, or null.</param>
public sealed record IisBindingDeployment(
    string Site,
    string Binding,
    DeploymentStatus Status,
    string Thumbprint,
    string? OldThumbprint,
    IReadOnlyList<DeploymentStep> Steps,
    PoshAcmeException? Error);
