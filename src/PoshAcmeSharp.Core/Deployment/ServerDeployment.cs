namespace PoshAcmeSharp.Deployment;

/// <summary>What became of a certificate on one server.</summary>
/// <param name="Server">The server, as it was named.</param>
/// <param name="Status">What became of it as a whole.</param>
/// <param name="Thumbprint">The certificate: its SHA-1 hash in upper-case hex.</param>
/// <param name="Services">The services that were asked for.</param>
/// <param name="Steps">The steps in their order.</param>
/// <param name="Error">What failed first, or null.</param>
public sealed record ServerDeployment(
    string Server,
    DeploymentStatus Status,
    string Thumbprint,
    IReadOnlyList<string> Services,
    IReadOnlyList<DeploymentStep> Steps,
    PoshAcmeException? Error);
