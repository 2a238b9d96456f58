using System.Management.Automation;
using PoshAcmeSharp.Deployment;
using PoshAcmeSharp.Deployment.Iis;
using PoshAcmeSharp.PowerShell.Infrastructure;

namespace PoshAcmeSharp.PowerShell.Objects;

/// <summary>Makes what the commands about deployment write: names as text, so that they are the same in another process.</summary>
internal static class DeploymentObjects
{
    public static PSObject From(ServerDeployment deployment) => PSObjects.Create(
        [
            new("Server", deployment.Server),
            new("Status", deployment.Status.ToString()),
            new("Thumbprint", deployment.Thumbprint),
            new("Services", deployment.Services.ToArray()),
            new("Steps", From(deployment.Steps)),
            new("Error", deployment.Error?.Message),
        ],
        TypeNames.ExchangeDeployment);

    public static PSObject From(IisBindingDeployment deployment) => PSObjects.Create(
        [
            new("Site", deployment.Site),
            new("Binding", deployment.Binding),
            new("Status", deployment.Status.ToString()),
            new("Thumbprint", deployment.Thumbprint),
            new("OldThumbprint", deployment.OldThumbprint),
            new("Steps", From(deployment.Steps)),
            new("Error", deployment.Error?.Message),
        ],
        TypeNames.IisDeployment);

    public static PSObject[] From(IEnumerable<DeploymentStep> steps) => [.. steps.Select(step => PSObjects.Create(
        [
            new("Name", step.Name),
            new("Outcome", step.Outcome.ToString()),
            new("Message", step.Message),
        ],
        TypeNames.DeploymentStep))];
}
