namespace PoshAcmeSharp.Plugins.SelfHost;

/// <summary>A web server that is listening.</summary>
internal interface IHttpResponder
{
    /// <summary>Stops listening and frees the port; what is being answered is ended.</summary>
    /// <returns>A task that ends when nothing runs any more.</returns>
    Task StopAsync();
}
