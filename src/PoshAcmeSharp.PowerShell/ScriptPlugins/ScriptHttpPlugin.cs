using PoshAcmeSharp.Challenges;

namespace PoshAcmeSharp.PowerShell.ScriptPlugins;

/// <summary>A script that publishes files for http-01.</summary>
internal sealed class ScriptHttpPlugin(ScriptFunctions functions) : IHttpChallengePlugin, ISavingChallengePlugin, IDisposable
{
    public string Name => functions.PluginName;

    public int MaxConcurrency => 1;

    public Task PublishAsync(HttpChallengeResponse response, PluginContext context, CancellationToken cancellationToken)
        => functions.AddAsync(context, cancellationToken, response.Identifier, response.Token, response.KeyAuthorization);

    public Task UnpublishAsync(HttpChallengeResponse response, PluginContext context, CancellationToken cancellationToken)
        => functions.RemoveAsync(context, cancellationToken, response.Identifier, response.Token, response.KeyAuthorization);

    public Task SaveAsync(PluginContext context, CancellationToken cancellationToken) => functions.SaveAsync(context, cancellationToken);

    public void Dispose() => functions.Dispose();
}
