using System.Management.Automation;
using PoshAcmeSharp.Deployment.Iis;
using PoshAcmeSharp.PowerShell.Infrastructure;

namespace PoshAcmeSharp.PowerShell.Deployment;

/// <summary>
/// The commands of IIS in the session of whoever called, of the module that is there: WebAdministration, whose bindings
/// take another certificate in place, goes first in Windows PowerShell; IISAdministration in PowerShell 7, where
/// WebAdministration runs in a process beside it and its bindings cannot be changed.
/// </summary>
internal sealed class IisSession(
    SessionCommands commands, Func<Func<IReadOnlyList<PSObject>>, Task<IReadOnlyList<PSObject>>> onPipelineThreadAsync, IReporter reporter) : IIisCommands
{
    private static readonly bool IsWindowsPowerShell = typeof(PSObject).Assembly.GetName().Version.Major < 6;

    private readonly IisModule[] _modules = IsWindowsPowerShell
        ? [new WebAdministrationModule(commands), new IisAdministrationModule(commands)]
        : [new IisAdministrationModule(commands), new WebAdministrationModule(commands)];

    private IisModule? _module;

    public async Task<IReadOnlyList<string>> GetSitesAsync(CancellationToken cancellationToken)
    {
        var sites = Array.Empty<string>();
        await RunAsync(module => sites = [.. module.GetSites()], cancellationToken).ConfigureAwait(false);
        return sites;
    }

    public async Task<IReadOnlyList<IisBinding>> GetBindingsAsync(CancellationToken cancellationToken)
    {
        var bindings = Array.Empty<IisBinding>();
        await RunAsync(module => bindings = [.. module.GetBindings()], cancellationToken).ConfigureAwait(false);
        return bindings;
    }

    public Task ReplaceAsync(IisBinding binding, string thumbprint, string storeName, CancellationToken cancellationToken)
        => RunAsync(module => module.Replace(binding, thumbprint, storeName), cancellationToken);

    public Task AddAsync(IisBinding binding, CancellationToken cancellationToken) => RunAsync(module => module.Add(binding), cancellationToken);

    /// <summary>All commands of one change run without a break: between them nobody else is to use the session.</summary>
    private async Task RunAsync(Action<IisModule> action, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await onPipelineThreadAsync(() =>
        {
            var module = _module ??= Find();
            try
            {
                action(module);
            }
            catch (Exception e) when (SessionCommands.IsFailure(e))
            {
                throw new PoshAcmeException(
                    "IisCommandFailed",
                    ErrorKind.InvalidOperation,
                    $"IIS said: {SessionCommands.Describe(e).Exception.GetBaseException().Message}",
                    "Correct what it says and run the command again, as administrator.",
                    e);
            }

            return [];
        }).ConfigureAwait(false);
    }

    private IisModule Find()
    {
        var found = Array.Find(_modules, m => m.IsThere) ?? Array.Find(_modules, m => commands.TryImport(m.Name) && m.IsThere);
        reporter.Verbose(found is null ? "There are no commands of IIS." : $"Using the commands of {found.Name}");
        return found ?? throw new PoshAcmeException(
            "IisCommandsNotFound",
            ErrorKind.NotFound,
            "This session has neither the commands of WebAdministration nor those of IISAdministration 1.1.",
            "On the web server, add the feature Web-Scripting-Tools (Install-WindowsFeature Web-Scripting-Tools), or install IISAdministration (Install-Module IISAdministration), and run it in Windows PowerShell.");
    }
}
